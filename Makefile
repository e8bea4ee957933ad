# Kiln: the two commands are "make run" and "make check"; "make help" lists the rest.
#
# This file only decides where to build: here, when this machine has the engine
# (WPE WebKit 2.54 and the rest), or else in the engine root that tools/engine-root
# makes. The build itself is tools/build.mk.

MAKEFLAGS += --no-print-directory
APP ?= js/apps/welcome
ARGS ?=
JOBS ?= $(shell nproc)

ENGINE := wpe-webkit-2.0 >= 2.54 wpe-platform-2.0 msgpack-c yyjson libpng cmocka valgrind
ifdef KILN_IN_ROOT
  NATIVE := yes
else
  NATIVE := $(shell pkg-config --exists "$(ENGINE)" 2>/dev/null && echo yes)
endif

ifeq ($(NATIVE),yes)
  enter :=
else
  enter := tools/enter-root --
endif
build := $(MAKE) -f tools/build.mk -j$(JOBS)

.DEFAULT_GOAL := all
.PHONY: help all run image check-board check-app is-native check check-core check-oom asan fuzz bench lint format docs \
	toolkit shell clean

help:
	@echo "make run                run the welcome app (APP=path for another, ARGS=\"--exit-after 10\")"
	@echo "make image BOARD=qemu-x86_64     a disk image of a board, with APP=path"
	@echo "make run BOARD=qemu-x86_64       make it and boot it under emulation"
	@echo "make check-board        boot it and look at its screens, touch and keys (10 minutes)"
	@echo "make check-app          check an app's manifest and scripts (APP=path)"
	@echo "tools/kiln COMMAND      any command of the program (new, dev, build, ...) in this checkout"
	@echo "make check              every test there is"
	@echo "make                    build only; the result is build/dev/kiln"
	@echo "make bench              message round trips, next to a bare socketpair; the start of a script; frames"
	@echo "make asan               the unit tests under AddressSanitizer and UBSan"
	@echo "make fuzz               every fuzz target for FUZZ_SECONDS (60) each"
	@echo "make lint               formatting, layers, warnings as errors"
	@echo "make check-core         the core's tests, built without WPE"
	@echo "make check-oom          the core when memory runs out, at each allocation in turn"
	@echo "make install            the program for a device (PREFIX=/usr/local, DESTDIR=); install-sdk:"
	@echo "                        and what a developer has, kiln/module.h, types and the toolkit"
	@echo "make format             reformat the sources as lint wants them"
	@echo "make docs               put what the declarations say into the pages of js/doc"
	@echo "make shell              a shell inside the engine root"
	@echo "make clean              delete build/ (the engine root stays: tools/engine-root --remove)"

all check-core check-oom asan fuzz lint format docs toolkit:
	@$(enter) $(build) $@

# Natively: what is built against the engine root runs there.
install install-sdk: all
	@$(enter) $(build) $@ DESTDIR="$(DESTDIR)" $(if $(PREFIX),PREFIX="$(PREFIX)")

# An image for a board, with the app; "make run" boots it when there is a BOARD to run it on.
image:
	@[ -n "$(BOARD)" ] || { echo "which board? make image BOARD=qemu-x86_64"; exit 2; }
	@tools/image "$(BOARD)" "$(APP)"

ifdef BOARD
run: image
	@BOARD="$(BOARD)" tools/board run $(ARGS)
else
# The run directory belongs to the user that the runtime runs as.
run: all
	@tools/run-dir build/run
	@tools/kiln run --screenshot build/run/screen.png --log info,ipc=debug $(ARGS) "$(APP)"
endif

# The image with the tests' app, one boot of it, and its screens.
check-board:
	@$(enter) $(build) all build/dev/board/test_board
	@tools/image qemu-x86_64 tests/board/app
	@BOARD=qemu-x86_64 tools/board test

check-app: all
	@tools/kiln check "$(APP)"

check: all
	@tools/run-dir build/check
	@tools/check $(if $(enter),"$(enter)" "tools/enter-root -u --")

bench: all
	@tools/run-dir build/bench
	@$(enter) $(build) bench-programs
	@$(if $(enter),tools/enter-root -u --) tools/bench

# Whether this machine has the engine; for tools/kiln.
is-native:
	@$(if $(enter),false,true)

shell:
	@$(enter) bash

clean:
	rm -rf build
