# --- No secret in what a host tells of its log ---------------------------------------------------------------------------

# Prints the lines of the input with `<secret>` for what stands there of a secret that the host has in memory: those that are
# shown, and those of a transaction that goes back, which its client may not know. A secret is found as a whole; by its lines,
# plain or in JSON; in base64; and each part of these that has 16 characters; also where colours divide it, which `events`
# takes away. All that awk gets is where the files are: it reads a file as a whole, and the owner of one can make it larger.
without_secrets() {
  if [ "$(size_of_open_files)" -gt 8388608 ]; then
    cat >/dev/null
    say_not_searched
  else
    search_for_secrets || say_not_searched
  fi
}

say_not_searched() {
  printf 'cdktf-nixos: the log is not shown: %s\n' \
    'the host has more secrets than it can search it for; root finds it on the host'
}

size_of_open_files() {
  stat -c %s -- "$open_directory"/????????????????????????????????/* 2>/dev/null | awk '{ sum += $1 } END { printf "%.0f", sum }'
}

# Fails before it has printed anything.
search_for_secrets() {
  tr -d '\000' | awk "$(search_in_log) $(secret_in_forms) $(encoded_secret)"'
    BEGIN {
      while ((getline line < "-") > 0) {
        gsub(/\033\[[0-9;?]*[A-Za-z]/, "", line)
        log_text = log_text line "\n"
      }
      for (i = 1; i < ARGC; i++) {
        secret = ""
        while ((getline line < ARGV[i]) > 0) secret = secret line "\n"
        close(ARGV[i])
        gsub(/^[ \t\r\n]+|[ \t\r\n]+$/, "", secret)
        # A generation has most secrets of the one before.
        if (secret in known) continue
        known[secret]
        bytes += length(secret)
        if (bytes > 1048576) exit 1
        hide_secret(secret)
      }
      print_log()
      exit
    }' "$open_directory"/????????????????????????????????/*
}

# Finds a text by the places of all parts of the log that are as long. Each place is marked once, so the time is limited.
search_in_log() {
  printf '%s\n' '
    function hide(text, least,   width, i, part) {
      if (length(text) < least) return
      width = length(text) < 16 ? length(text) : 16
      if (!(width in has_width)) note_parts(width)
      for (i = length(text) - width + 1; i > 0; i--) {
        part = substr(text, i, width)
        if (part in last_place) mark(part, width)
      }
    }
    function note_parts(width,   i, part) {
      has_width[width]
      for (i = 1; i <= length(log_text) - width; i++) {
        part = substr(log_text, i, width)
        place_before[width, i] = last_place[part]
        last_place[part] = i
      }
    }
    function mark(part, width,   place, i) {
      for (place = last_place[part]; place; place = place_before[width, place])
        for (i = place; i < place + width; i++) hidden[i]
      delete last_place[part]
    }
    function print_log(   i) {
      for (i = 1; i <= length(log_text); i++)
        if (!(i in hidden)) printf "%s", substr(log_text, i, 1)
        else if (!((i - 1) in hidden)) printf "<secret>"
    }'
}

# Shorter secrets, and shorter lines of one, occur everywhere.
secret_in_forms() {
  printf '%s\n' '
    function hide_secret(secret,   lines, count, i, line) {
      hide_base64(secret)
      gsub(/\000/, "", secret)
      if (secret !~ /\n/) hide_line(secret, 4)
      count = split(secret, lines, "\n")
      for (i = 1; i <= count; i++) {
        line = lines[i]
        gsub(/^[ \t\r]+|[ \t\r]+$/, "", line)
        hide_line(line, 6)
      }
    }
    function hide_line(line, least) {
      hide(line, least)
      if (line !~ /["\\<>&\t]/) return
      gsub(/[\\"]/, "\\\\&", line)
      gsub(/\t/, "\\t", line)
      hide(line, least)
      # As Go writes it.
      gsub(/</, "\\u003c", line)
      gsub(/>/, "\\u003e", line)
      gsub(/&/, "\\u0026", line)
      hide(line, least)
    }'
}

# Where a secret stands in something longer, what is before it decides how its bytes are divided.
encoded_secret() {
  printf '%s\n' '
    function hide_base64(secret,   before, form) {
      if (length(secret) < 4) return
      for (before = 0; before < 3; before++) {
        form = base64(substr("xx", 1, before) secret)
        form = substr(form, before ? before + 2 : 1)
        hide(form, 5)
        # As in URLs.
        if (gsub(/\+/, "-", form) + gsub("/", "_", form)) hide(form, 5)
      }
    }
    function base64(bytes,   digits, i, bits, form, whole) {
      digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
      if (!("A" in number)) for (i = 0; i < 256; i++) number[sprintf("%c", i)] = i
      whole = int(length(bytes) * 8 / 6)
      bytes = bytes "\000\000"
      for (i = 1; i + 2 <= length(bytes); i += 3) {
        bits = number[substr(bytes, i, 1)] * 65536 + number[substr(bytes, i + 1, 1)] * 256 + number[substr(bytes, i + 2, 1)]
        form = form substr(digits, int(bits / 262144) + 1, 1) substr(digits, int(bits / 4096) % 64 + 1, 1) \
          substr(digits, int(bits / 64) % 64 + 1, 1) substr(digits, bits % 64 + 1, 1)
      }
      return substr(form, 1, whole)
    }'
}
