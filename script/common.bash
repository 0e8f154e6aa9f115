# shellcheck shell=bash
# Sourced by the other scripts, which have changed to the root of the source tree.

jobs=$(nproc 2>/dev/null || echo 2)

# source_files GLOB…: what git tracks or would track and is there, one a line; all that is there without git.
source_files() {
	if git -c safe.directory='*' rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git -c safe.directory='*' ls-files --cached --others --exclude-standard -- "$@"
	else
		find . \( -path ./build -o -path ./.git \) -prune -o -type f -print | sed 's,^\./,,' | while read -r file; do
			for glob in "$@"; do
				# The globs are patterns on purpose.
				# shellcheck disable=SC2053
				[[ $file == $glob ]] && echo "$file" && break
			done
		done
	fi | sort -u | while read -r file; do
		if [ -f "$file" ]; then
			echo "$file"
		fi
	done
}

# quietly NAME COMMAND…: its output goes to build/log/NAME.log and is its end shown only when it fails.
quietly() {
	local log=build/log/$1.log
	mkdir -p build/log
	shift
	if ! "$@" >"$log" 2>&1 </dev/null; then
		tail -n 200 "$log" >&2
		return 1
	fi
}

# build_preset PRESET: configures and builds it.
build_preset() {
	quietly "configure-$1" cmake --preset "$1" &&
		quietly "build-$1" cmake --build --preset "$1" -j "$jobs"
}
