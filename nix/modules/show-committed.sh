# shellcheck shell=sh
# At boot: shows the values of the system that was committed last. Runs with coreutils on PATH.
directory=/var/lib/cdktf-nixos/values

if [ -L "$directory/committed" ]; then
  # Renamed into place: a reader sees the old generation or the new one, never none.
  ln -sfn "$(readlink "$directory/committed")" "$directory/.current"
  mv -T "$directory/.current" "$directory/current"
else
  rm -f "$directory/current"
fi
