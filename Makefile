# make          build/moonlab                 make run        build it, train on Fashion-MNIST, show the plot
# make test     build and run every test      make test-all   the long ones too (sanitizers, full suites)
# make check    format, analyser, layers      make bench      the tables of tests/bench (ROW=name for one)
# make bench-stopping  how soon an interrupt has ended what takes long (ROW=name for one)
# make doc      build/doc/index.md            make fuzz       fuzz targets, a minute in all (SECONDS=)
# make deps     missing Debian packages       make install    to PREFIX=/usr/local
#
# SANITIZE=address,undefined or SANITIZE=thread builds into build/NAME with that sanitizer.  CC=clang works.

PREFIX  ?= /usr/local
CC      ?= cc
comma   := ,
BUILD   := build$(if $(SANITIZE),/$(firstword $(subst $(comma), ,$(SANITIZE))))$(if $(findstring clang,$(CC)),/clang)
ARCH    := $(shell uname -m)

WARN    := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wdouble-promotion -Wstrict-prototypes \
           -Wmissing-prototypes -Wcast-qual -Wundef -Wvla -Wformat=2 -Wswitch-enum -Wfatal-errors -Werror
FLAGS   := -std=c17 -D_POSIX_C_SOURCE=200809L -I. -fvisibility=hidden -fPIC -g -O2 -ffp-contract=off -fno-math-errno \
           -fno-trapping-math -MMD -MP $(WARN) $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer) $(CFLAGS)
# Lua is linked statically, so that its hash seed can be fixed (lua_api/lua_seed.c) and stops reach all of it (table_stop.c, finalizers.c).
LIBS    := -Wl,--wrap=luaS_hash,--wrap=lua_geti,--wrap=luaT_gettmbyobj -l:liblua5.4.a -lopenblas -lreadline -lncursesw -ltinfo -ljansson -lpng -lz -lm -lpthread -ldl
INCLUDE := -I/usr/include/lua5.4 -I/usr/include/$(ARCH)-linux-gnu/openblas-pthread
LINK     = $(CC) -rdynamic $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS)

# Kernel files are compiled once per instruction set.
ISAS         := base $(if $(filter x86_64,$(ARCH)),avx2 avx512)
ISA_base     :=
ISA_avx2     := -mavx2 -mfma
ISA_avx512   := -mavx512f -mavx512dq -mavx512vl -mavx512bw -mfma -mprefer-vector-width=512
KERNELS      := $(wildcard core/*_kernels.c core/ops/*_kernels.c)
# Fuzzing is about the readers: the kernels, slow to compile with its checks, go without.
KERNEL_FLAGS := $(if $(SANITIZE),-O1,-O3) -Wno-unused-function -Wno-psabi $(if $(findstring clang,$(CC)),-Wno-pass-failed) $(if $(findstring fuzzer,$(SANITIZE)),-fno-sanitize=all)

CORE    := $(filter-out $(KERNELS),$(wildcard core/*.c core/ops/*.c core/files/*.c))
PLOT    := $(wildcard plot/*.c)
LAB     := $(wildcard lua_api/*.c)
REPL    := $(wildcard repl/*.c)
LUA     := $(sort $(shell find lua_api/lua lua_api/manual -name '*.lua' -o -name '*.md' 2>/dev/null))
UNITS   := $(wildcard tests/unit/test_*.c)

OBJ      = $(patsubst %.c,$(BUILD)/%.o,$(1))
CORE_O  := $(call OBJ,$(CORE)) $(foreach i,$(ISAS),$(patsubst %.c,$(BUILD)/%.$(i).o,$(KERNELS)))
PLOT_O  := $(call OBJ,$(PLOT)) $(BUILD)/font_data.o
LAB_O   := $(call OBJ,$(LAB)) $(BUILD)/embedded.o
REPL_O  := $(call OBJ,$(REPL)) $(BUILD)/samples.o
ALL_O   := $(CORE_O) $(PLOT_O) $(LAB_O)
# What the screen shows, without one.
SHOWN_O := $(call OBJ,$(wildcard repl/*_rows.c repl/markdown*.c) $(addprefix repl/,$(addsuffix .c,buffer figure_view math_text outputs plain_text styled terminal_text)))
# The notebook without a screen, for its tests and fuzz targets.
NOTEBOOK_O := $(sort $(SHOWN_O) $(call OBJ,$(wildcard repl/notebook*.c repl/percent*.c repl/ipynb*.c) $(addprefix repl/,$(addsuffix .c,base64 save sync_later))))

# What else is fuzzed.
FUZZED_O := $(call OBJ,repl/terminal_answers.c repl/protocol.c)
# The kernel of a notebook and the notebook's side of it, likewise.
KERNEL_O := $(call OBJ,$(wildcard repl/kernel*.c) $(addprefix repl/,$(addsuffix .c,snapshot outlet protocol environment)))

all: $(BUILD)/moonlab

$(BUILD)/moonlab: $(ALL_O) $(REPL_O)
	@echo 'LD $@'
	@$(LINK) $^ $(LIBS) -o $@

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo 'CC $<'
	@$(CC) $(FLAGS) $(INCLUDE) -c $< -o $@

define ISA_RULE
$(BUILD)/%_kernels.$(1).o: %_kernels.c
	@mkdir -p $$(@D)
	@echo 'CC $$< ($(1))'
	@$(CC) $(FLAGS) $$(KERNEL_FLAGS) $$(ISA_$(1)) -DML_ISA=$(1) $(INCLUDE) -c $$< -o $$@
endef
$(foreach i,$(ISAS),$(eval $(call ISA_RULE,$(i))))

# Integers wrap, as they do in NumPy.
$(BUILD)/core/ops/pointwise_i64_kernels.%.o: KERNEL_FLAGS += -fwrapv -fno-sanitize=signed-integer-overflow

# The Lua modules and the manual, as bytes in the executable.
$(BUILD)/embedded.c: $(LUA) lua_api/embed.sh
	@mkdir -p $(@D)
	@echo 'EMBED $@'
	@sh lua_api/embed.sh $(LUA) > $@.new && mv $@.new $@

$(BUILD)/embedded.o: $(BUILD)/embedded.c
	@$(CC) $(FLAGS) -c $< -o $@

# The outlines of the plotter's letters, likewise; the program that writes them runs here and now.
FONTS := /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf /usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf

$(BUILD)/make_font: plot/font/make_font.c
	@mkdir -p $(@D)
	@$(CC) -std=c17 -O1 $(WARN) -I/usr/include/freetype2 $< -lfreetype -o $@

$(BUILD)/font_data.c: $(BUILD)/make_font
	@echo 'FONT $@'
	@$(BUILD)/make_font $(FONTS) > $@.new && mv $@.new $@

$(BUILD)/font_data.o: $(BUILD)/font_data.c
	@$(CC) $(FLAGS) -c $< -o $@

# The samples, too, for the notebook to open.
$(BUILD)/samples.c: $(wildcard samples/*.lua) repl/embed_samples.sh
	@mkdir -p $(@D)
	@echo 'EMBED $@'
	@sh repl/embed_samples.sh $(filter %.lua,$^) > $@.new && mv $@.new $@

$(BUILD)/samples.o: $(BUILD)/samples.c
	@$(CC) $(FLAGS) -c $< -o $@

# ---- packages --------------------------------------------------------------------------------------

PACKAGES      := gcc libc6-dev liblua5.4-dev libopenblas-pthread-dev liblapacke-dev libreadline-dev libncurses-dev libjansson-dev zlib1g-dev \
                 libpng-dev libfreetype-dev fonts-dejavu-core
RUN_PACKAGES  := dataset-fashion-mnist
TEST_PACKAGES := $(RUN_PACKAGES) libonnx-testdata tmux less clang clang-format clang-tidy \
                 librsvg2-bin libxml2-utils

deps:
	@sh tests/tools/deps.sh $(PACKAGES)
deps-run: deps
	@sh tests/tools/deps.sh $(RUN_PACKAGES)
deps-test: deps
	@sh tests/tools/deps.sh $(TEST_PACKAGES)

run: deps-run
	@$(MAKE) --no-print-directory $(BUILD)/moonlab
	$(BUILD)/moonlab run samples/fashion_mnist.lua

# ---- tests -----------------------------------------------------------------------------------------

# In tests clang may find lists of texts over several lines and NAN in a double.
UNIT_FLAGS := $(if $(findstring clang,$(CC)),-Wno-string-concatenation -Wno-double-promotion)
UNIT_BIN := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNITS))

$(BUILD)/tests/%: tests/unit/%.c $(ALL_O)
	@mkdir -p $(@D)
	@echo 'LD $@'
	@$(LINK) $(FLAGS) $(UNIT_FLAGS) $(INCLUDE) $< $(filter %.o,$^) $(LIBS) -o $@
$(BUILD)/tests/test_code_shape: $(BUILD)/repl/code_shape.o $(BUILD)/repl/code_kinds.o
$(BUILD)/tests/test_styled $(BUILD)/tests/test_markdown_rows: $(SHOWN_O)
$(BUILD)/tests/test_protocol: $(BUILD)/repl/protocol.o
$(BUILD)/tests/test_keys: $(BUILD)/repl/keys.o $(BUILD)/repl/view_bindings.o $(BUILD)/repl/buffer.o
$(BUILD)/tests/test_notebook_rows_memory: $(BUILD)/repl/edited_text.o
$(BUILD)/tests/test_theme: $(BUILD)/repl/view_theme.o
$(BUILD)/tests/test_run_log: $(BUILD)/repl/run_log.o
$(BUILD)/tests/test_outlet: $(BUILD)/repl/outlet.o
$(BUILD)/tests/test_kernel $(BUILD)/tests/test_kernel_ends $(BUILD)/bench_snapshots: $(KERNEL_O)
$(filter $(BUILD)/tests/test_notebook% $(BUILD)/tests/test_fuzz,$(UNIT_BIN)): $(NOTEBOOK_O)

$(BUILD)/tests/test_cell_editor: $(call OBJ,$(wildcard repl/cell_*.c) $(addprefix repl/,$(addsuffix .c,buffer code_kinds code_shape edited_text readline_lines)))

$(BUILD)/tests/test_fuzz: $(FUZZED_O)
$(BUILD)/tests/test_terminal_graphics: $(addprefix $(BUILD)/repl/terminal,.o _answers.o _graphics.o)

# The notebook's screen, for its tests: all but the loop, the terminal and the kernel, which they play.
VIEW_O := $(sort $(NOTEBOOK_O) $(BUILD)/samples.o $(call OBJ,$(filter-out repl/view_loop.c repl/view_terminal.c,$(wildcard repl/view_*.c repl/cell_*.c repl/export.c repl/export_html.c)) $(addprefix repl/,$(addsuffix .c,code_kinds code_shape edited_text keys readline_lines run_log terminal_answers))))
$(filter $(BUILD)/tests/test_view_%,$(UNIT_BIN)): $(VIEW_O)

# A device without a device, for the tests: its memory cannot be read outside its kernels.
$(BUILD)/moonlab-fake.so: tests/fake_device.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -shared $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $< -o $@

built: $(BUILD)/moonlab $(BUILD)/moonlab-fake.so $(UNIT_BIN)

test: deps-test
	@$(MAKE) --no-print-directory built
	@sh tests/run.sh $(BUILD) units lua operators examples onnx samples bits cli pager prompt notebook states files commands ways_out storms kills progress live gallery tutorial

# Everything, once more under each sanitizer.
test-all: test check
	@ROUNDS=200 KEYS=all WAYS=all STORMS=8 PRINTED=100 sh tests/run.sh $(BUILD) kills commands ways_out storms
	PLOT_SIZES=most $(BUILD)/tests/test_plot_sizes
	@$(MAKE) --no-print-directory SANITIZE=address,undefined built
	@sh tests/run.sh build/address units lua operators examples onnx cli
	@$(MAKE) --no-print-directory SANITIZE=thread built
	@sh tests/run.sh build/thread units bits
	@$(MAKE) --no-print-directory fuzz

check:
	@sh tests/tools/check.sh

# ---- fuzzing ---------------------------------------------------------------------------------------

FUZZ    := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
SECONDS ?= 60

fuzz: deps-test
	@$(MAKE) --no-print-directory CC='$(if $(findstring clang,$(CC)),$(CC),clang)' \
	    SANITIZE=fuzzer-no-link,address,undefined fuzz-run

fuzz-run: $(FUZZ:%=$(BUILD)/fuzz/fuzz_%) $(BUILD)/fuzz/write_seeds
	@sh tests/fuzz/run.sh $(BUILD)/fuzz $(SECONDS) $(FUZZ)

$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(ALL_O) $(NOTEBOOK_O) $(FUZZED_O)
	@mkdir -p $(@D)
	@echo 'LD $@'
	@$(LINK) -fsanitize=fuzzer $(FLAGS) $(INCLUDE) $< $(filter %.o,$^) $(LIBS) -o $@

$(BUILD)/fuzz/write_seeds: tests/fuzz/write_seeds.c tests/fuzz/seeds.c $(ALL_O)
	@mkdir -p $(@D)
	@echo 'LD $@'
	@$(LINK) $(FLAGS) $(INCLUDE) $(filter %.c,$^) $(ALL_O) $(LIBS) -o $@

# ---- speed -----------------------------------------------------------------------------------------

$(BUILD)/bench_snapshots: tests/bench/snapshots.c $(ALL_O)
	@echo 'LD $@'
	@$(LINK) $(FLAGS) $(INCLUDE) $< $(filter %.o,$^) $(LIBS) -o $@

# PYTHON=path names a Python that has PyTorch, to compare with.
bench: $(BUILD)/moonlab $(BUILD)/bench_snapshots
	@sh tests/bench/run.sh $(BUILD) '$(ROW)'

# How soon what runs has stopped after an interrupt.
bench-stopping: $(BUILD)/bench_stopping
	@$< '$(ROW)'

$(BUILD)/bench_stopping: tests/bench/stopping.c $(ALL_O)
	@echo 'LD $@'
	@$(LINK) $(FLAGS) $(INCLUDE) $< $(filter %.o,$^) $(LIBS) -o $@

doc: $(BUILD)/moonlab
	$(BUILD)/moonlab doc --markdown $(BUILD)/doc

install: all
	install -D $(BUILD)/moonlab $(DESTDIR)$(PREFIX)/bin/moonlab
	$(BUILD)/moonlab doc --man > $(BUILD)/moonlab.1
	install -D -m 644 $(BUILD)/moonlab.1 $(DESTDIR)$(PREFIX)/share/man/man1/moonlab.1

clean:
	rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all deps deps-run deps-test run built test test-all check doc install clean bench bench-stopping fuzz fuzz-run
.SECONDARY:
