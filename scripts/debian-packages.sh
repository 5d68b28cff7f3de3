#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages named on the command line, or all that the tests use. Only missing
# ones are touched. What each is for:
#   chromium        the browser that the UI tests drive (any Chrome, Chromium or Edge does instead)
#   fonts-noto-cjk  Chinese characters in screenshots
#   python3-venv    "python3 -m venv", where Debian's Python lacks it
#   python3-torch, python3-numpy   PyTorch 1.13, the oldest one the probe supports, for its tests
set -euo pipefail

packages=("$@")
if [ ${#packages[@]} -eq 0 ]; then
  packages=(chromium fonts-noto-cjk python3-venv python3-torch python3-numpy)
fi

if ! command -v apt-get >/dev/null; then
  echo "This system has no apt-get. Install the equivalent of: ${packages[*]}" >&2
  exit 1
fi

missing=()
for package in "${packages[@]}"; do
  if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
    missing+=("$package")
  fi
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "Root is needed. Run as root: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  # Asks for a password only on a terminal; elsewhere it fails at once instead of hanging.
  if [ -t 0 ]; then as_root=(sudo); else as_root=(sudo -n); fi
fi

export DEBIAN_FRONTEND=noninteractive
install=("${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}")
if ! "${install[@]}"; then
  "${as_root[@]}" apt-get update
  "${install[@]}"
fi
