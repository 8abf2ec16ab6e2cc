# Sourced by the scripts beside it: makes .venv with what is asked for, when it is missing.
# usage: setup_venv EXTRAS   (for example "dev,hail,pdf")

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"

say() { printf '%s\n' "$*" >&2; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [ -n "$candidate" ] || continue
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 13)))'; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

# Debian packages by name; says plainly what to do when it has no right to install them.
need_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    say "Missing system packages: ${missing[*]}. Install them with your system's package manager."
    return 1
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    else
      say "Missing system packages: ${missing[*]}. Run: sudo apt-get install ${missing[*]}"
      return 1
    fi
  fi
  say "Installing system packages: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

setup_venv() {
  local extras="$1" python stamp wanted
  if [ ! -x .venv/bin/python ]; then
    python="$(find_python)" || { need_packages python3 python3-venv && python="$(find_python)"; } || {
      say "Python 3.11, 3.12 or 3.13 is needed and was not found. Set PYTHON=/path/to/python3.11."
      exit 1
    }
    "$python" -c 'import ensurepip' 2>/dev/null || need_packages python3-venv
    say "Making .venv with $("$python" --version)"
    "$python" -m venv .venv
  fi
  wanted="$(cat pyproject.toml scripts/_setup.sh | sha256sum | cut -d' ' -f1) $extras"
  stamp=".venv/.rareplan-installed"
  if ! grep -qxF "$wanted" "$stamp" 2>/dev/null; then
    say "Installing rareplan${extras:+[$extras]} into .venv (the first time takes some minutes)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -e ".${extras:+[$extras]}"
    # hgvs asks for psycopg2, which needs PostgreSQL's headers to build, and for a sequence store.
    # The tests use its parser alone, which needs neither; what it does need is in the dev extra.
    case ",$extras," in
      *,dev,*) .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps hgvs==1.5.7 ;;
    esac
    printf '%s\n' "$wanted" >>"$stamp"
  fi
}
