# The build, where the engine is: natively, or inside the engine root.
#
# Each folder of src/ is compiled with include paths to the layers that it may
# use and to nothing else (build/layers/<folder> holds links to them), so that
# a wrong include does not compile. tools/lint-layers checks system headers and
# symbols in the same sense.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.SECONDEXPANSION:
.DELETE_ON_ERROR:

V ?= dev
B := build/$(V)
VERSION := 0.1.0
CC := gcc
HOSTCC := gcc
DUKTAPE_SRC ?= $(firstword $(wildcard /usr/src/duktape/src) build/duktape/src)
FUZZ_SECONDS ?= 60

LAYERS_base := base
LAYERS_wire := base wire
LAYERS_bind := base wire bind
LAYERS_api := base wire bind api
LAYERS_loop := base loop
LAYERS_ipc := base wire bind loop ipc
LAYERS_script := base wire bind api loop ipc script
LAYERS_native := base wire bind loop ipc native
LAYERS_screen := base loop screen
LAYERS_input := base loop screen input
LAYERS_view := base wire bind api loop ipc screen input view
LAYERS_app := base wire bind api loop ipc script native screen input view app
LAYERS_webext := base wire webext

PKGS_wire := msgpack-c yyjson
PKGS_screen := libpng pixman-1 cairo libdrm libdisplay-info libudev
PKGS_input := libinput xkbcommon libudev cairo
PKGS_view := wpe-webkit-2.0 wpe-platform-2.0 libsoup-3.0 gio-unix-2.0
PKGS_webext := wpe-web-process-extension-2.0 msgpack-c yyjson

CORE := base wire bind api loop ipc script
FOLDERS := $(CORE) native screen input view app webext
# pack.h shows msgpack-c's packer to those that build payloads.
PKGS_bind := msgpack-c
PKGS_ipc := msgpack-c
PKGS_script := msgpack-c
PKGS_native := msgpack-c
PKGS_view += msgpack-c
PKGS_app := msgpack-c

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wpointer-arith -Wundef -Wimplicit-fallthrough -Wno-unused-parameter
CFLAGS_dev := -O2 -g -D_FORTIFY_SOURCE=3 -fstack-protector-strong
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_fuzz := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
ifeq ($(V),fuzz)
  CC := clang
endif
CFLAGS := -std=gnu11 -fPIC -fvisibility=hidden -D_GNU_SOURCE -DKILN_VERSION='"$(VERSION)"' \
	$(WARN) $(CFLAGS_$(V))
LDFLAGS := -Wl,-z,relro,-z,now $(filter -fsanitize=%,$(CFLAGS_$(V)))

objects = $(patsubst src/%.c,$(B)/obj/%.o,$(wildcard src/$(1)/*.c))
# Other people's headers are not held to our warnings.
pkg_cflags = $(if $(1),$(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(1))))
pkg_libs = $(if $(1),$(shell pkg-config --libs $(1)))

# Per folder, expanded once.
define folder
CFLAGS_of_$(1) := -Ibuild/layers/$(1) $(call pkg_cflags,$(PKGS_$(1)))
build/layers/$(1): tools/build.mk
	@mkdir -p $$@
	@for l in $(LAYERS_$(1)); do ln -sfn ../../../src/$$$$l $$@/$$$$l; done
	@touch $$@
endef
$(foreach f,$(FOLDERS),$(eval $(call folder,$(f))))
CFLAGS_of_script += -isystem $(B)/duktape

.PHONY: all core tests unit replay core-unit check-core oom check-oom asan fuzz bench-programs lint format docs toolkit test-apps install install-sdk

UNIT := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
# The core's own tests are those that include nothing from above it.
CORE_UNIT := $(patsubst tests/unit/%.c,%,$(shell grep -L '"\(view\|screen\|input\|native\|app\)/\|"screen_fixture\|"panel' \
	$(wildcard tests/unit/test_*.c)))
OOM := $(patsubst tests/oom/%.c,%,$(wildcard tests/oom/test_*.c))
BUILT_APPS := language libraries
E2E := $(patsubst tests/e2e/%.c,%,$(wildcard tests/e2e/test_*.c))
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

all: $(B)/kiln $(B)/webext/kiln-webext.so $(B)/sdk/.made $(B)/include/kiln/module.h \
		$(B)/templates/.made
	@:
unit: $(addprefix $(B)/unit/,$(UNIT))
replay: $(addprefix $(B)/fuzz/replay-,$(FUZZ))
core-unit: $(addprefix $(B)/core-unit/,$(CORE_UNIT))
oom: $(addprefix $(B)/oom/,$(OOM))
tests: all unit oom $(B)/bench/cold_start $(B)/bench/messages test-apps $(addprefix $(B)/e2e/,$(E2E) minimal operated hostile/hostile-webext.so vectors/kiln.json native/kiln.json native-bad/.made native-ts/build.json) $(B)/types/samples toolkit
tests: $(foreach a,$(BUILT_APPS),$(B)/e2e/$(a)/build.json $(B)/e2e/$(a).expected)

$(B)/obj/%.o: src/%.c tools/build.mk | build/layers/$$(firstword $$(subst /, ,$$*))
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CFLAGS) $(CFLAGS_of_$(firstword $(subst /, ,$*))) -MMD -MP -c -o $@ $<

# The scripts that are built in; .incbin hides them from -MMD. The host's are compiled
# to bytecode, by a program that runs where the build runs, whatever CC builds for.
$(B)/obj/script/builtin.o: CFLAGS += -Wa,-Ibuild/host -Ibuild/host
$(B)/obj/script/builtin.o: build/host/stamp.h
build/host/stamp.h: build/tools/compile-host $(wildcard js/host/*.js)
	@mkdir -p $(@D)
	@echo "  HOST    js/host"
	@build/tools/compile-host $(@D) $(filter %.js,$^)
build/tools/compile-host: tools/compile-host.c src/script/builtin.h build/tools/duktape/duk_config.h
	@mkdir -p $(@D)
	@echo "  TOOL    $<"
	@$(HOSTCC) -std=gnu11 $(WARN) -Isrc -isystem build/tools/duktape -o $@ $< -lm
$(B)/obj/webext/bridge.o: $(wildcard js/page/*.js)
$(B)/obj/app/sdk.o: js/host/globals.d.ts
$(B)/obj/view/engine.o: $(wildcard js/dev/*.js)

build/duktape/src/%:
	@tools/duktape-source build/duktape
# Duktape from the distribution's source package, with our configuration: the
# stock duk_config.h has a marked place for overrides. All of it is copied, because
# duktape.c finds its headers beside itself. The stamp is for bytecode, which only
# the same sources with the same options understand.
build/tools/duktape/duk_config.h $(B)/duktape/duk_config.h: $(DUKTAPE_SRC)/duktape.c \
		src/script/duk_options.h tools/build.mk
	@mkdir -p $(@D)
	@cp $(DUKTAPE_SRC)/duktape.h $(DUKTAPE_SRC)/duktape.c $(@D)/
	@sed -e '/__OVERRIDE_DEFINES__/r src/script/duk_options.h' $(DUKTAPE_SRC)/duk_config.h > $@
	@grep -q KILN_DUK_OPTIONS $@
	@stamp=$$(cat $@ $(@D)/duktape.c | cksum) && \
		echo "#define KILN_DUK_STAMP $${stamp%% *}u" >> $@
# It is compiled as a part of props.c.
$(call objects,script): $(B)/duktape/duk_config.h

$(B)/libcore.a: $(foreach f,$(CORE),$(call objects,$(f)))
	@rm -f $@; $(AR) rcs $@ $^
$(B)/libkiln.a: $(call objects,native) $(call objects,screen) $(call objects,input) $(call objects,view) \
		$(filter-out $(B)/obj/app/main.o,$(call objects,app))
	@rm -f $@; $(AR) rcs $@ $^
core: $(B)/libcore.a

LIBS_core := $(call pkg_libs,msgpack-c yyjson) -lm
LIBS_kiln = $(call pkg_libs,$(PKGS_screen) $(PKGS_input) $(PKGS_view)) $(LIBS_core)

$(B)/kiln: $(B)/obj/app/main.o $(B)/libkiln.a $(B)/libcore.a
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_kiln)

# The declarations for authors, by the declarations that the runtime works by. It fails when
# those and what implements them are not of one mind.
$(B)/sdk/.made: $(B)/kiln
	@echo "  SDK     $(@D)"
	@$< sdk $(@D)
	@touch $@
$(B)/include/kiln/module.h: src/bind/module.h
	@mkdir -p $(@D)
	@cp $< $@

# Loaded into WebKit's web process: exports its one entry point, and takes wire
# and base as archive members so that it holds only what it calls.
$(B)/libwebext-base.a: $(call objects,base) $(call objects,wire)
	@rm -f $@; $(AR) rcs $@ $^
$(B)/webext/kiln-webext.so: $(call objects,webext) $(B)/libwebext-base.a
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS) -shared -Wl,-z,defs -o $@ $^ $(call pkg_libs,$(PKGS_webext)) $(LIBS_core)

# Of "kiln new", which looks for them beside itself.
$(B)/templates/.made: $(shell find js/templates -type f)
	@rm -rf $(@D)
	@mkdir -p $(@D)
	@cp -r js/templates/. $(@D)
	@touch $@

# The toolkit beside its packages: they are installed anew only when the lock file changed.
TOOLKIT := build/toolkit
TOOLKIT_FILES := $(wildcard js/toolkit/*.mjs js/toolkit/lib/*.mjs js/toolkit/support/*)
TOOLKIT_MADE := $(patsubst js/toolkit/%,$(TOOLKIT)/%,$(TOOLKIT_FILES)) $(TOOLKIT)/.installed
toolkit: $(TOOLKIT_MADE)
	@:
$(TOOLKIT)/%: js/toolkit/%
	@mkdir -p $(@D)
	@cp $< $@
$(TOOLKIT)/.installed: js/toolkit/package.json js/toolkit/package-lock.json
	@mkdir -p $(@D)
	@echo "  NPM     js/toolkit"
	@cp $^ $(@D)
	@$(NPM_CI) --prefix $(@D)
	@touch $@
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --cache build/npm-cache

# What a device gets, and what a developer has beside it.
DESTDIR ?=
PREFIX ?= /usr/local
install: all
	@echo "  INSTALL $(DESTDIR)$(PREFIX)"
	@install -D -m 755 $(B)/kiln $(DESTDIR)$(PREFIX)/bin/kiln
	@install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/kiln/webext $(B)/webext/kiln-webext.so
install-sdk: install toolkit
	@install -D -m 644 -t $(DESTDIR)$(PREFIX)/include/kiln $(B)/include/kiln/module.h
	@install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/kiln/sdk $(B)/sdk/*.d.ts
	@install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/kiln/doc js/doc/*.md
	@mkdir -p $(DESTDIR)$(PREFIX)/lib/kiln/toolkit $(DESTDIR)$(PREFIX)/share/kiln/templates
	@cp -R $(B)/templates/. $(DESTDIR)$(PREFIX)/share/kiln/templates
	@cp -R $(TOOLKIT)/. $(DESTDIR)$(PREFIX)/lib/kiln/toolkit

# Tests may include any layer, through src/, as a reader would.
TEST_CFLAGS = $(CFLAGS) -Isrc -Itests $(if $(filter fuzz,$(V)),,$(call pkg_cflags,cmocka)) -I$(B)/duktape
$(B)/unit/%: tests/unit/%.c $(B)/libcore.a $(B)/libkiln.a
	@mkdir -p $(@D)
	@echo "  TEST    $<"
	@$(CC) $(TEST_CFLAGS) $(call pkg_cflags,$(PKGS_screen) $(PKGS_view)) $(LDFLAGS) -MMD -MP -o $@ $< \
		$(B)/libkiln.a $(B)/libcore.a $(call pkg_libs,cmocka) $(LIBS_kiln)
# The core's own tests know nothing of WPE: not its headers, not its libraries.
$(B)/core-unit/%: tests/unit/%.c $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(TEST_CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(B)/libcore.a $(call pkg_libs,cmocka) $(LIBS_core)
# alloc.c defines malloc, and so stands in front of glibc's, or of ASan's.
OOM_OBJECTS_test_native = $(call objects,native)
$(B)/oom/%: tests/oom/%.c tests/oom/scenario.c tests/oom/alloc.c $$(OOM_OBJECTS_$$*) $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  TEST    $<"
	@$(CC) $(TEST_CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $(filter %.c %.o,$^) $(B)/libcore.a \
		$(call pkg_libs,cmocka) $(LIBS_core)
$(B)/e2e/test_%: tests/e2e/test_%.c tests/e2e/harness.c tests/e2e/site.c $(wildcard tests/e2e/*.h) \
		$(B)/libkiln.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  TEST    $<"
	@$(CC) $(TEST_CFLAGS) $(call pkg_cflags,$(PKGS_screen) $(PKGS_view)) $(LDFLAGS) -MMD -MP -o $@ $< \
		tests/e2e/harness.c tests/e2e/site.c $(B)/libkiln.a $(B)/libcore.a $(call pkg_libs,cmocka) $(LIBS_kiln)
# Nothing in an app may lead out of its folder: so the vectors, which both engines run, are copied.
$(B)/e2e/vectors/kiln.json: $(shell find tests/e2e/apps/vectors -type f) tests/vectors/payloads.js
	@mkdir -p $(@D)
	@cp -r tests/e2e/apps/vectors/. $(@D)
	@cp tests/vectors/payloads.js $(@D)
	@cp tests/vectors/payloads.js $(@D)/web
	@touch $@
# Apps that the toolkit builds, with packages from npm: as they are built, and what they say in Node.
define built_app
build/e2e-apps/$(1)/.copied: $(shell find tests/e2e/apps/$(1) -type f -not -path '*/node_modules/*')
	@rm -rf $$(@D) && mkdir -p $$(@D)
	@tar -C tests/e2e/apps/$(1) --exclude=node_modules -cf - . | tar -C $$(@D) -xf -
	@[ ! -e $$(@D)/package-lock.json ] || $(NPM_CI) --prefix $$(@D)
	@touch $$@
$(B)/e2e/$(1)/build.json: build/e2e-apps/$(1)/.copied $(B)/sdk/.made $(TOOLKIT_MADE)
	@mkdir -p $(B)/e2e
	@echo "  APP     $(1)"
	@XDG_CACHE_HOME=build/cache node $(TOOLKIT)/kiln.mjs build build/e2e-apps/$(1) --out $$(@D) --sdk $(B)/sdk
$(B)/e2e/$(1).expected: build/e2e-apps/$(1)/.copied tests/e2e/in-node.mjs $(TOOLKIT_MADE)
	@mkdir -p $$(@D)
	@node tests/e2e/in-node.mjs build/e2e-apps/$(1)/report.ts >$$@.new && mv $$@.new $$@
endef
$(foreach a,$(BUILT_APPS),$(eval $(call built_app,$(a))))
# A native module, as a stranger builds one: with the installed header and nothing else of ours.
NATIVE_CFLAGS := -std=gnu11 -O2 -g -fPIC $(WARN)
$(B)/e2e/native/native/sensor.so: tests/native/sensor.c $(B)/include/kiln/module.h
	@mkdir -p $(@D)
	@$(CC) $(NATIVE_CFLAGS) -I$(B)/include -shared -o $@ $<
$(B)/e2e/native/kiln.json: $(B)/e2e/native/native/sensor.so $(shell find tests/e2e/apps/native -type f)
	@cp -r tests/e2e/apps/native/. $(@D)
	@touch $@
# The same in TypeScript, by the author's command.
$(B)/e2e/native-ts/build.json: $(B)/e2e/native/native/sensor.so $(B)/sdk/.made $(TOOLKIT_FILES) \
		$(shell find tests/e2e/apps/native-ts -type f) | toolkit all
	@mkdir -p $(@D).src/native
	@cp -r tests/e2e/apps/native-ts/. $(@D).src
	@cp $< $(@D).src/native
	@$(B)/kiln build $(@D).src -o $(@D) >/dev/null
# And what is wrong with one: each app's only difference is its module.
$(B)/e2e/native-bad/.made: $(B)/e2e/native/kiln.json tools/build.mk
	@rm -rf $(@D)
	@for bad in missing name old none outside; do \
		mkdir -p $(@D)/$$bad/native; \
		cp -r tests/e2e/apps/native/web $(@D)/$$bad; \
		echo "{ \"id\": \"bad\", \"modules\": { \"none\": \"native/none.so\" } }" >$(@D)/$$bad/kiln.json; \
		echo >$(@D)/$$bad/main.js; \
	done
	@cp $(B)/e2e/native/native/sensor.so $(@D)/name/native/none.so
	@ln -s ../../../native/native/sensor.so $(@D)/outside/native/none.so
	@echo "#include <kiln/module.h>" | $(CC) $(NATIVE_CFLAGS) -I$(B)/include -shared -xc -o $(@D)/none/native/none.so -
	@sed 's/#define KILN_ABI 1u/#define KILN_ABI 9999u/' src/bind/module.h >$(@D)/module.h
	@sed 's/<kiln.module.h>/"module.h"/' tests/native/sensor.c | \
		$(CC) $(NATIVE_CFLAGS) -I$(@D) -shared -xc -o $(@D)/old/native/none.so -
	@touch $@
# In the windows that it does not attack from it is the real one.
$(B)/e2e/hostile/hostile-webext.so: tests/e2e/hostile_webext.c $(B)/libwebext-base.a \
		$(filter-out $(B)/obj/webext/extension.o,$(call objects,webext))
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -Isrc $(call pkg_cflags,$(PKGS_webext)) $(LDFLAGS) -shared -o $@ \
		$(filter %.c %.o,$^) $(B)/libwebext-base.a $(call pkg_libs,$(PKGS_webext)) $(LIBS_core)
# What the declarations are held against.
$(B)/types/samples: tests/types/samples.c $(B)/libkiln.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  TEST    $<"
	@$(CC) $(TEST_CFLAGS) $(call pkg_cflags,$(PKGS_view)) $(LDFLAGS) -MMD -MP -o $@ $< \
		$(B)/libkiln.a $(B)/libcore.a $(LIBS_kiln)
# "kiln run" with somebody at the plugs.
$(B)/e2e/operated: tests/e2e/operated.c $(B)/libkiln.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  TEST    $<"
	@$(CC) $(TEST_CFLAGS) $(call pkg_cflags,$(PKGS_view)) $(LDFLAGS) -MMD -MP -o $@ $< \
		$(B)/libkiln.a $(B)/libcore.a $(LIBS_kiln)
# Beside the emulated board, in the bench root, which has no WPE.
$(B)/board/test_board: $(wildcard tests/board/*.c tests/board/*.h)
	@mkdir -p $(@D)
	@echo "  TEST    $@"
	@$(CC) $(CFLAGS) -Itests/board $(call pkg_cflags,cmocka) $(LDFLAGS) -o $@ $(filter %.c,$^) \
		$(call pkg_libs,cmocka yyjson libpng)
$(B)/e2e/minimal: tests/e2e/minimal.c
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(call pkg_cflags,$(PKGS_view) wpe-platform-headless-2.0) $(LDFLAGS) -o $@ $< \
		$(call pkg_libs,$(PKGS_view) wpe-platform-headless-2.0)

# The example apps, built by the toolkit from copies that have drivers in their pages.
SDK ?= $(B)/sdk
TEST_APPS := $(B)/e2e/apps
define test_app
$(TEST_APPS)/$(1)/build.json: $(shell find $(2) -type f) $(wildcard tests/e2e/apps/$(1)-driver.js) \
		$(B)/sdk/.made $(TOOLKIT_FILES) tools/copy-app | toolkit
	@tools/copy-app $(2) $(TEST_APPS)/$(1).src $(wildcard tests/e2e/apps/$(1)-driver.js)
	@echo "  APP     $(2)"
	@node $(TOOLKIT)/kiln.mjs build $(TEST_APPS)/$(1).src --out $(TEST_APPS)/$(1) --sdk $(SDK)
test-apps: $(TEST_APPS)/$(1)/build.json
endef
$(eval $(call test_app,todo,js/apps/todo))
$(eval $(call test_app,status-board,js/apps/status-board))
$(eval $(call test_app,seed,tests/e2e/apps/seed))

# Each corpus once more without libFuzzer, as part of "make check"; and the fuzzer itself.
# What a target needs from above the core.
FUZZ_OBJECTS_manifest := $(addprefix $(B)/obj/app/,manifest.o manifest_window.o reader.o device.o) \
	$(B)/obj/input/config.o $(B)/obj/screen/mode.o $(call objects,native)
FUZZ_PKGS_manifest := xkbcommon
FUZZ_OBJECTS_page_log := $(B)/obj/view/page_log.o $(B)/obj/view/path.o
$(B)/fuzz/replay-caps $(B)/fuzz/fuzz_caps: tests/fuzz/caps_model.h
$(B)/fuzz/replay-%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $$(FUZZ_OBJECTS_$$*) $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(TEST_CFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^) $(B)/libcore.a \
		$(call pkg_libs,$(FUZZ_PKGS_$*)) $(LIBS_core)
$(B)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $$(FUZZ_OBJECTS_$$*) $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  FUZZ    $<"
	@$(CC) $(TEST_CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $(filter %.c %.o,$^) \
		$(B)/libcore.a $(call pkg_libs,$(FUZZ_PKGS_$*)) $(LIBS_core)

check-core: core-unit
	@for t in $(addprefix $(B)/core-unit/,$(CORE_UNIT)); do \
		echo "$$t"; $$t || exit 1; \
	done

# Memory that runs out, at every allocation of the core; once more with heap errors found.
check-oom: oom
	@$(MAKE) -f tools/build.mk V=asan oom
	@KILN_LOGS=build/oom/logs tools/run-tests $(foreach v,dev asan,$(addprefix build/$(v)/oom/,$(OOM)))

asan:
	@$(MAKE) -f tools/build.mk V=asan unit
	@KILN_LOGS=build/asan/logs tools/run-tests $(addprefix build/asan/unit/,$(UNIT))

fuzz:
	@$(MAKE) -f tools/build.mk V=fuzz $(addprefix build/fuzz/fuzz/fuzz_,$(FUZZ))
	@tools/fuzz $(FUZZ_SECONDS) $(FUZZ)

bench-programs: all $(addprefix $(B)/bench/,floor caps cold_start messages present)

# Pages are peers above the core, but know nothing of WPE.
BENCH_OBJECTS_messages := $(patsubst %,$(B)/obj/view/%.o,page_document page_events page_log page_peer path)
$(B)/bench/present: tests/bench/present.c $(B)/libkiln.a $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(TEST_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_kiln)
$(B)/bench/%: tests/bench/%.c $$(BENCH_OBJECTS_$$*) $(B)/libcore.a
	@mkdir -p $(@D)
	@$(CC) $(TEST_CFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^) $(B)/libcore.a $(LIBS_core)

SOURCES := $(wildcard src/*/*.[ch] tests/*/*.[ch] tools/*.c)
format:
	@clang-format -i $(SOURCES)
# The parts of js/doc that the declarations give.
docs: all
	@tools/reference $(B)/sdk
lint:
	@echo "  LINT    formatting"
	@clang-format --dry-run --Werror $(SOURCES)
	@echo "  LINT    headers stand alone"
	@tools/lint-headers
	@echo "  LINT    layers"
	@$(MAKE) -f tools/build.mk all
	@tools/lint-layers $(B)
	@echo "  LINT    reference pages"
	@tools/reference --check $(B)/sdk

-include $(shell find $(B) -name '*.d' 2>/dev/null)

.PHONY: print-cflags
print-cflags: | build/layers/$(FOLDER)
	@echo $(CFLAGS) $(CFLAGS_of_$(FOLDER))
