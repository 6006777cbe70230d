#!/bin/sh
# bench/install.sh [DIRECTORY]: puts the supervisors that archon is compared with into DIRECTORY (bench/build/peers).
# Debian's packages are fetched and unpacked, not installed, and pm2 comes without npm's scripts: nothing of them is
# started or registered with the system. What cannot be had is said and left out, and then the figures are too.
set -u
here=$(cd "$(dirname "$0")" && pwd)
peers=${1:-$here/build/peers}
failed=0
mkdir -p "$peers/fetched" && cd "$peers/fetched" || exit 1
peers=$(cd .. && pwd)

# fetched PEER PACKAGE...: unpacks Debian packages, the libraries they need beside them.
fetched() {
	peer=$1
	shift
	if apt-get -qq download "$@" 2>>"$peers/install.log"; then
		for package in "$@"; do
			dpkg -x "$(ls -t "$package"_*.deb | head -n 1)" "$peers/$peer" || return 1
		done
		echo "$peer: $(ls "$1"_*.deb | sed 's/[^_]*_//; s/_.*//' | tail -n 1)"
	else
		left_out "$peer" "apt-get download $* failed, see $peers/install.log; apt-get update may help"
	fi
}

left_out() {
	echo "$1: left out: $2"
	failed=1
}

: >"$peers/install.log"
if command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
	fetched s6 s6 libs6-2.11 libskarnet2.13 libexecline2.9
	fetched runit runit
	fetched finit finit libite5 libuev3
	fetched supervisor supervisor python3-pkg-resources
else
	left_out 's6, runit, finit, supervisor' 'this is no Debian'
fi
if command -v npm >/dev/null && npm install --prefix "$peers/pm2" --ignore-scripts --no-audit --no-fund --silent \
	pm2@7.0.4 >>"$peers/install.log" 2>&1; then
	echo 'pm2: 7.0.4'
else
	left_out pm2 "npm install pm2@7.0.4 failed, see $peers/install.log"
fi
exit $failed
