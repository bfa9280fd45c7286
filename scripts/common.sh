# shellcheck shell=bash
# Shared by the scripts; sourced from the project's folder.

readonly NEEDED_NODE=20.19.0 OWN_NODE=24.21.0

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

# Debian's Node may be too old for Vite and maildev; npm has newer ones.
provide_node() {
    ! at_least "$NEEDED_NODE" "$(node --version | tr -d v)" || return 0
    local folder
    folder=$(cache_folder)/node-$OWN_NODE
    if [ ! -x "$folder/node_modules/.bin/node" ]; then
        say "installing Node $OWN_NODE from npm into $folder"
        npm install --loglevel=error --no-audit --no-fund --prefix "$folder" "node@$OWN_NODE" >/dev/null
    fi
    export PATH=$folder/node_modules/.bin:$PATH
}
