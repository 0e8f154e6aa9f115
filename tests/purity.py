#!/usr/bin/env python3
"""The layers stay layers: who includes what, and what the archives call.

purity.py SOURCE_DIR [LAYER=ARCHIVE...]

Below wire the library knows no clock, file, socket, environment or log, and has no mutable globals; each library
from outside has one home; arrows point down.
"""
import pathlib
import re
import subprocess
import sys

# What a folder may include of ours. "files" is the one layer that touches the file system.
BELOW = {
    "lib/base": [],
    "lib/text": ["base"],
    "lib/match": ["base", "text"],
    "lib/rules": ["base", "text", "match"],
    "lib/call": ["base", "text", "match", "rules"],
    "lib/wire": ["base", "text", "match", "rules", "call"],
    "lib/files": ["base", "text", "match", "rules"],
    "daemon": ["base", "text", "match", "rules", "call", "wire", "files"],
    "ctl": ["base", "text", "match", "rules", "call", "wire", "files"],
}

# Headers of other people's libraries, by how they begin, and the folders they are at home in.
HOMES = {
    "utf8proc.h": ["lib/text", "ctl"],
    "pcre2": ["lib/match"],
    "libstemmer": ["lib/match"],
    "libfyaml": ["lib/rules"],
    "json": ["lib/wire"],
    "event": ["daemon", "ctl"],
    "systemd/": ["daemon"],
    "sqlite3": ["daemon"],
}

# All the system headers that the pure layers may have; stdio.h for snprintf alone, see FORBIDDEN_WORDS.
PURE_LAYERS = ["lib/base", "lib/text", "lib/match", "lib/rules", "lib/call"]
PURE_HEADERS = set("""assert.h ctype.h errno.h float.h inttypes.h limits.h math.h stdalign.h stdarg.h stdbool.h
    stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h strings.h wchar.h wctype.h
    emmintrin.h immintrin.h arm_neon.h""".split())
FORBIDDEN_WORDS = re.compile(r"\b(FILE|stdin|stdout|stderr|fopen|fprintf|printf|puts|fputs|perror|getenv|time_t|"
                             r"open_memstream|fmemopen)\b(?!\s*__)")

# No archive but that of "files" may call these.
FORBIDDEN_CALLS = set("""open openat creat close read write pread pwrite readv writev lseek ftruncate unlink rename
    mkdir rmdir stat fstat lstat statx access opendir readdir readlink realpath mkstemp tmpfile glob
    fopen fdopen freopen fclose fread fwrite fgets fputs fputc putc getc fgetc getline getdelim fflush fseek ftell
    fmemopen open_memstream printf fprintf dprintf vprintf vfprintf vdprintf puts putchar perror
    stdin stdout stderr err errx warn warnx verr verrx vwarn vwarnx error syslog vsyslog openlog
    time clock clock_gettime gettimeofday nanosleep clock_nanosleep usleep sleep localtime localtime_r mktime
    tzset ctime strftime timer_create timerfd_create alarm
    socket bind listen accept accept4 connect send sendto sendmsg recv recvfrom recvmsg shutdown getaddrinfo
    poll ppoll select pselect epoll_create1 epoll_wait ioctl fcntl pipe pipe2 dup dup2
    getenv secure_getenv setenv putenv setlocale rand srand random srandom getrandom arc4random
    pthread_create fork vfork execve execvp posix_spawn system popen kill raise signal sigaction
    exit _exit atexit getpid mmap munmap""".split())
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def blank(match):
    """Comments and strings become blanks, so that line numbers stay."""
    return re.sub(r"[^\n]", " ", match.group(0))


def include_faults(root, path, folder, bracket, name):
    for prefix, homes in HOMES.items():
        if bracket == "<" and name.startswith(prefix) and folder not in homes:
            yield f"<{name}> belongs in {' and '.join(homes)} only"
    if bracket == "<":
        outside = any(name.startswith(prefix) for prefix in HOMES)
        if folder in PURE_LAYERS and not outside and name not in PURE_HEADERS:
            yield f"<{name}> is not for a pure layer"
        return
    first = name.split("/")[0]
    own = folder.split("/")[-1]
    if name in ("etiquette.h", "etiquette_trace.h") or first == own or first in BELOW[folder]:
        return
    if ".." in name.split("/"):
        yield f'"{name}": say it from lib/'
    elif "/" in name:
        yield f'"{name}": {folder} is not above {first}'
    elif not (path.parent / name).exists():
        yield f'"{name}" is not in {folder}'


def source_faults(root):
    for folder in BELOW:
        for path in sorted((root / folder).rglob("*.[ch]")):
            text = path.read_text(encoding="utf-8")
            where = path.relative_to(root)
            for number, line in enumerate(text.split("\n"), 1):
                found = INCLUDE.match(line)
                if found:
                    for fault in include_faults(root, path, folder, *found.groups()):
                        yield f"{where}:{number}: {fault}"
            if folder not in PURE_LAYERS:
                continue
            for number, line in enumerate(COMMENT_OR_STRING.sub(blank, text).split("\n"), 1):
                # printf is also the name of the attribute's format.
                found = FORBIDDEN_WORDS.search(re.sub(r"format\s*\(\s*printf|__printf__", "", line))
                if found:
                    yield f"{where}:{number}: {found.group(1)} in a pure layer"


def plain(symbol):
    """open64, __read_chk and fopen@GLIBC_2.2.5 are open, read and fopen."""
    symbol = symbol.split("@")[0]
    symbol = re.sub(r"^__isoc\d+_", "", symbol)
    symbol = re.sub(r"^__(\w+)_chk$", r"\1", symbol)
    return re.sub(r"64(_r)?$", r"\1", symbol)


def call_faults(layer, archive):
    out = subprocess.run(["nm", "-u", "-A", archive], check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        where, symbol = line.split(" ", 1)[0], line.split()[-1]
        if plain(symbol) in FORBIDDEN_CALLS:
            yield f"lib/{layer}: {where.split(':')[-2]} calls {plain(symbol)}"


def global_faults(layer, archive):
    """Objects in writable sections; relocated constants and the sanitizers' and gcov's own are none."""
    out = subprocess.run(["objdump", "-t", archive], check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        found = re.match(r"^[0-9a-f]+ .{6}O (\S+)\t[0-9a-f]+ +(?:\.hidden )?(\S+)$", line)
        if not found:
            continue
        section, symbol = found.groups()
        if re.match(r"\.data\.rel\.ro", section) or not re.match(r"\.(data|bss|tdata|tbss)|\*COM\*", section):
            continue
        if re.match(r"_*(odr_asan|asan|ubsan|gcov|llvm|profc|sancov|sanitizer)|\.?L(ASAN|ubsan)", symbol):
            continue
        yield f"lib/{layer}: {symbol} is a mutable global"


def main():
    root = pathlib.Path(sys.argv[1])
    faults = list(source_faults(root))
    for argument in sys.argv[2:]:
        layer, archive = argument.split("=", 1)
        if layer != "files":
            faults += call_faults(layer, archive)
            faults += global_faults(layer, archive)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
