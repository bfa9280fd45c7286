# shellcheck shell=bash
# Shared by the scripts; sourced from the project's folder.

say() { printf '==> %s\n' "$*"; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# What a fresh clone need not fetch or build again, outside the checkout. ROOMDESK_CACHE moves it.
cache_folder() {
    local home=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
    local cache=${ROOMDESK_CACHE:-${home:+$home/roomdesk}}
    cache=${cache:-$PWD/.cache}
    mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] || { cache=$PWD/.cache && mkdir -p "$cache"; }
    printf '%s\n' "$cache"
}

# at_least OLDEST VERSION
at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }
