# --- Owners: whose deployments a host gets --------------------------------------------------------------------------------

# The journal names the owner of the last commit; the request names the one who asks, and whether that one takes the host
# over. What one side does not know (an older version, an app without a project id) is not compared.
is_of_other_owner() {
  [ "$(header_value take-over)" != yes ] || return 1
  are_known_to_differ "$journal_owner_project" "$(header_value owner-project)" ||
    are_known_to_differ "$journal_owner_stack" "$(header_value owner-stack)" ||
    are_known_to_differ "$journal_owner_workspace" "$(header_value owner-workspace)"
}

are_known_to_differ() {
  [ -n "$1" ] && [ -n "$2" ] && [ "$1" != "$2" ]
}

# What the request does not know of its owner stays in the journal, unless the request takes the host over.
record_owner() {
  if [ "$(header_value take-over)" = yes ]; then journal_owner_project='' journal_owner_stack='' journal_owner_workspace=''; fi
  journal_owner_project=$(first_of "$(header_value owner-project)" "$journal_owner_project")
  journal_owner_stack=$(first_of "$(header_value owner-stack)" "$journal_owner_stack")
  journal_owner_workspace=$(first_of "$(header_value owner-workspace)" "$journal_owner_workspace")
}

first_of() {
  printf '%s\n' "${1:-$2}"
}

describe_owners() {
  printf 'the host belongs to %s; this deployment is of %s\n' \
    "$(describe_owner "$journal_owner_project" "$journal_owner_stack" "$journal_owner_workspace")" \
    "$(describe_owner "$(header_value owner-project)" "$(header_value owner-stack)" "$(header_value owner-workspace)")"
}

describe_owner() {
  printf 'project %s, stack %s, workspace %s\n' "${1:-unknown}" "${2:-unknown}" "${3:-unknown}"
}
