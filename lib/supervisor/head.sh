#!/bin/sh
# The host's half of a deployment. It holds the lock and the journal, switches the system, and rolls back on its own.
# docs/activation.md describes the protocol, the states and the files.
#
# Without arguments it serves one verb over a connection. Input: lines `key=value` (`format=1`, `call=`, `verb=` first), an
# empty line, the verb's payload. Output: one event a line, `@nixos-<call> key=value`; the last one is `end=<verb>`, or
# `error=<code> <text>` with status 64 (bad-request), 75 (busy) or 1. The variable SUPERVISOR holds this text.
#
#   inspect   reads what the host runs, boots and has            stage     roots the systems; reports which paths are missing
#   receive   imports a stream of store paths                    verify    makes them durable and checks them
#   start     begins a transaction; ends when it waits           confirm   proves the new system, over a new connection
#   status    reports how a transaction stands or ended          adopt     records the running system, which boots from then on
#   hostkey   reports the host's key and the lasting one       givekey   keeps a lasting key that somebody else made
#   takekey   makes the lasting key the host's
#
# With arguments, from the stored file, started on the host itself:
#
#   run ID        the transaction; PID 1 holds it, or on hosts without systemd a session of its own
#   finalize ID   after run ended, however it ended: rolls back what it left unfinished
#   watch ID PID  does the work of PID 1 on hosts without systemd
#
# A host has coreutils, util-linux, procps, gawk, grep, sed, a decompressor and nix, and systemd or not. Nothing else.
#
# The parts between this one and main.sh hold functions only, so their order does not matter. base/ uses neither verbs/ nor
# transaction/; a verb uses base/ alone. Parts share only the variables of this file and `journal_*`; any other variable
# belongs to the one function that sets it. Without `set -e`: every failure is decided where it happens (ADR 007).
#
# How things end, one word for each:
#
#   refuse    reports an error to the client and exits: a verb, before there is a transaction
#   decline   ends `run` before it has changed anything; the client gets the reason as a refusal
#   fail      keeps the reason, with its code, and returns 1; `run` then rolls back
#   roll back restores what the journal names as the state before
#   recover   ends a transaction that another supervisor left unfinished
#   finalize  follows `run`, however it ended: rolls back if that is still to be done, then cleans up
set -u
umask 077
export LC_ALL=C

state_directory=/var/lib/cdktf-nixos
journal=$state_directory/journal
# Room for the journal on a full disk.
spare=$state_directory/spare
# Delivered files of kind `value`. Services read them here, so the place stays.
values_directory=$state_directory/values
# Secrets that outlive a restart, sealed.
secrets_directory=$state_directory/secrets
# Secrets as services read them: in memory that is never swapped.
open_directory=/run/cdktf-nixos-secrets
log_directory=$state_directory/log
supervisor_directory=$state_directory/supervisor
# Gone after a restart, by which the values' unit (nix/modules/values.nix) tells a boot from a switch.
run_directory=/run/cdktf-nixos
# The journal that the disk could not take.
witness=$run_directory/journal
lock=$run_directory/lock
copy_lock=$run_directory/copy-lock
copy_record=$run_directory/copy
roots_directory=/nix/var/nix/gcroots/cdktf-nixos
profile=/nix/var/nix/profiles/system
switch_lock=/run/nixos/switch-to-configuration.lock

stop_seconds=5
newline='
'

# The request: what its header gives, the header itself as it arrived, and the mark of the events of its call.
verb='' id='' toplevel='' expected_running='' goal='' nonce='' files_digest='' by=unknown compression='' all=''
activation_seconds='' confirm_seconds='' settle_seconds='' stall_seconds='' header='' call=''
# The directory of the transaction's request, once it is known.
request=''
# Why the last step failed: for machines and for people.
failure_code='' failure=''
# Why the rollback is not done.
obstacle=''
