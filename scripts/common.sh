# What scripts/demo and scripts/test share: find Python, make .venv, install. Sourced, from the top of the repository.

die() {
    echo "$0: $*" >&2
    exit 1
}

say() {
    echo "==> $*"
}

is_root() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1
}

# debian PACKAGE...: install Debian packages, as root.
debian() {
    say "Installing $* with apt-get"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || echo "$0: the list of Debian's packages could not be brought up to date; trying with the old one" >&2
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# find_python: set PYTHON to the first Python of 3.11 or newer.
find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            PYTHON=$candidate
            return
        fi
    done
    die "Python 3.11 or newer is needed and was not found; install it, or name it: PYTHON=/path/to/python3 $0"
}

# make_venv: make .venv, unless it is there and works.
make_venv() {
    if .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        say ".venv is there ($(.venv/bin/python --version))"
        return
    fi
    find_python
    if ! "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        is_root || die "Python's venv module is missing; as root: apt-get install python3-venv"
        debian python3-venv || die "Python's venv module is missing, and apt-get could not install python3-venv"
    fi
    say "Making .venv with $("$PYTHON" --version)"
    "$PYTHON" -m venv --clear .venv || die ".venv could not be made; see above"
}

pip() {
    .venv/bin/python -m pip --disable-pip-version-check -qq "$@"
}

# install NAME ARGUMENT...: install the package with pip's arguments, unless that was done for this very pyproject.toml.
install() {
    stamp=.venv/.installed-$1
    shift
    wanted="$(cksum <pyproject.toml) $(pwd)"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        say "quotes and what it needs are installed"
        return
    fi
    say "Installing quotes and what it needs into .venv (some minutes the first time)"
    pip install "$@" --editable . || die "pip could not install quotes; see above (is the package registry reachable?)"
    echo "$wanted" >"$stamp"
}
