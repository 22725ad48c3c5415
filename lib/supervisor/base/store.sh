# --- The store --------------------------------------------------------------------------------------------------------

is_valid_path() {
  nix-store --check-validity "$1" 2>/dev/null
}

# A root may dangle: it protects the path from the moment on which it becomes valid.
root_path() {
  replace_link "$1" "$roots_directory/${1##*/}" || refuse failed "a garbage collector root cannot be made in $roots_directory"
}

drop_root() {
  [ -z "$1" ] || rm -f "$roots_directory/${1##*/}"
}

refuse_unfit_toplevel() {
  switcher=$toplevel/bin/switch-to-configuration
  is_valid_path "$toplevel" || refuse damaged "$toplevel is not complete on the host"
  # An empty program would succeed: the shell runs what the kernel cannot.
  { [ -f "$switcher" ] && [ -x "$switcher" ] && [ -s "$switcher" ]; } ||
    refuse damaged "$switcher is missing, empty or not executable"
  case $(readlink -f "$switcher") in
    /nix/store/*) ;;
    *) refuse damaged "$switcher leads out of the store" ;;
  esac
}
