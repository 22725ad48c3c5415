# shellcheck shell=sh
# At boot: opens the kept secrets of the system that was committed last, as root's. DECLARED has the names that the
# configuration reads. Fails when one is missing, but for those that are kept in memory only. Runs with coreutils, util-linux and
# systemd on PATH.
state=/var/lib/cdktf-nixos
directory=/run/cdktf-nixos-secrets
umask 077

# The supervisor on the host has written them (docs/activation.md).
open() {
  case $2 in
    plain) cat "$state/secrets/$generation/$1" ;;
    *) timeout -k 5 60 systemd-creds decrypt --newline=no --name="$1" "$state/secrets/$generation/$1" - ;;
  esac >"$directory/$generation/$1" && [ -s "$directory/$generation/$1" ]
}

open_all() {
  mkdir "$directory/$generation"
  chmod 751 "$directory/$generation"
  while read -r kind name owner group mode _ sealing; do
    if [ "$kind" = memory-secret ]; then
      memory_only="$memory_only $name "
    elif [ "$kind" = secret ]; then
      if open "$name" "$sealing"; then
        chmod 400 "$directory/$generation/$name"
        echo "$kind $name $owner $group $mode $(stat -c %s "$directory/$generation/$name")" \
          "$(sha256sum <"$directory/$generation/$name" | cut -d ' ' -f 1)" >>"$directory/$generation/.files"
      else
        rm -f "$directory/$generation/$name"
        echo "the secret $name cannot be opened" >&2
      fi
    fi
  done <"$state/values/$generation/.files"
  ln -s "$generation" "$directory/current"
}

# A second mount would hide the first.
if [ "$(stat -f -c %T "$directory" 2>/dev/null)" = ramfs ]; then exit 0; fi
mkdir -p "$directory"
mount -t ramfs -o mode=751,nosuid,nodev,noexec ramfs "$directory"

memory_only=''
generation=$(readlink "$state/values/committed") || generation=''
if [ -e "$state/values/${generation:-none}/.files" ]; then open_all; fi

missing=''
for name in $DECLARED; do
  if [ -e "$directory/current/$name" ]; then continue; fi
  case $memory_only in
    *" $name "*)
      echo "the secret $name is kept in memory only;" \
        "deploy to this host to bring it, with terraform apply -replace if the plan is empty"
      ;;
    *) missing="$missing $name" ;;
  esac
done
