# The metadata service of a cloud: serves the file of user data, or 404 if there is none. Does not answer while /var/lib/no-metadata exists.
use strict;
use IO::Socket::INET;

my $listener = IO::Socket::INET->new(LocalAddr => '169.254.169.254:80', Listen => 5, ReuseAddr => 1) or die "$@\n";
while (my $client = $listener->accept) {
  my $request = <$client> // '';
  while (defined(my $line = <$client>)) { last if $line =~ /^\r?$/ }
  next if -e '/var/lib/no-metadata';
  my ($status, $body) = ('404 Not Found', '');
  if ($request =~ m{^GET /hetzner/v1/userdata } && open(my $file, '<', '/var/lib/user-data')) {
    local $/;
    ($status, $body) = ('200 OK', <$file>);
  }
  printf $client "HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", $status, length $body, $body;
}
