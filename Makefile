# Everyday commands. Meson does the work; every target installs what it needs first.

PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: build run test check bench deep soak install fmt clean

build:
	@tools/bootstrap run
	@test -f build/build.ninja || meson setup build --prefix=$(PREFIX) -Dtests=false
	@ninja -C build

run: build
	@exec build/leadline serve --demo

test:
	@tools/bootstrap run test
	@node tools/run-tests.mjs test

check:
	@tools/bootstrap run test
	@tools/check

bench: build
	@tools/bootstrap run bench
	@bench/run

deep:
	@tools/bootstrap run test
	@node tools/run-tests.mjs deep

soak:
	@tools/bootstrap run test
	@node tools/run-tests.mjs soak

install: build
	@meson configure build --prefix=$(PREFIX)
	DESTDIR=$(DESTDIR) meson install -C build

fmt:
	@tools/bootstrap test
	@tools/fmt

clean:
	rm -rf build build-*
