# --- Events and refusals ----------------------------------------------------------------------------------------------

# Every event has the mark of its call. A line without it is no event, whatever a log, an activation or a file's name holds.
event() {
  case $2 in
    *[!\ -~]*) printf '%s' "$2" | tr '\n' ' ' | events "$1" ;;
    *) printf '@nixos-%s %s=%s\n' "$call" "$1" "$2" ;;
  esac
}

# Prints each line of the input as an event, without colours. What is neither printable ASCII nor visible UTF-8 is escaped
# byte by byte: control characters, line separators, what reverses a line or has no width. The mark is not passed as an
# argument, because every user of the host could read it there.
events() {
  tr -d '\000' | EVENT="@nixos-$call $1=" awk '
    BEGIN {
      for (i = 1; i < 256; i++) hexadecimal[sprintf("%c", i)] = sprintf("\\x%02x", i)
      more = "[\200-\277]"
      letter = "^([\302-\337]" more "|\340[\240-\277]" more "|[\341-\354\356\357]" more more "|\355[\200-\237]" more \
        "|\360[\220-\277]" more more "|[\361-\363]" more more more "|\364[\200-\217]" more more ")"
      hidden = "^(\302[\200-\237\255]|\330\234|\341\205[\237\240]|\341\240\216|\342\200[\213-\217\250-\256]|" \
        "\342\201[\240-\257]|\343\205\244|\357\273\277|\357\276\240|\357\277[\271-\273]|\363\240)"
    }
    {
      sub(/\r$/, "")
      gsub(/\033\[[0-9;?]*[A-Za-z]/, "")
      gsub(/\t/, " ")
      rest = substr($0, 1, 2000)
      shown = ""
      while (rest != "") {
        if (match(rest, /^[ -~]+/) || (match(rest, letter) && rest !~ hidden)) shown = shown substr(rest, 1, RLENGTH)
        else { RLENGTH = 1; shown = shown hexadecimal[substr(rest, 1, 1)] }
        rest = substr(rest, RLENGTH + 1)
      }
      print ENVIRON["EVENT"] shown
    }'
}

# Before the call is known, no line can be an event: then the client shows this one as what the command printed.
refuse() {
  if [ -n "$call" ]; then event error "$1 $2"; else printf 'cdktf-nixos: %s: %s\n' "$1" "$2" | tr -cd '\n -~'; fi
  case $1 in
    bad-request) exit 64 ;;
    busy) exit 75 ;;
    *) exit 1 ;;
  esac
}

yes_if() {
  if "$@"; then echo yes; else echo no; fi
}
