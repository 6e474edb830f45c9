// What `make test`, `make check`, `make deep` and `make soak` build and run. tools/run-tests.mjs knows how.

const clang = { CC: 'clang-14', CXX: 'clang++-14' };

// gcc makes the product; clang reads it a second time; the sanitizers want clang, because gcc 12
// warns falsely under -fsanitize=undefined. The fuzzers' counters are in the asan build, so that one
// build serves the unit tests, the API tests and the fuzzers; the thread sanitizer's has the program only.
export const builds = {
  gcc: { dir: 'build', env: {}, options: [] },
  clang: { dir: 'build-clang', env: clang, options: [] },
  asan: { dir: 'build-asan', env: clang, options: ['-Db_sanitize=address,undefined', '-Db_lundef=false', '-Dfuzz=true', '-Dc_args=-fsanitize=fuzzer-no-link'] },
  tsan: { dir: 'build-tsan', env: clang, options: ['-Db_sanitize=thread', '-Db_lundef=false', '-Dtests=false'] },
};

const unit = { kind: 'meson', minutes: 10 };
const api = { kind: 'node', folder: 'tests/api', minutes: 15, jobs: 4 };
const fault = { kind: 'node', folder: 'tests/fault', build: 'gcc', jobs: 1, minutes: 12 };

// kind meson:  `meson test` in the build's folder, `args` choose
// kind node:   node:test over the folder's files against the build's program on one engine
// kind fuzz:   every libFuzzer target of the build for `seconds`, from its corpus
// kind steps:  named programs; exit 0 is one passed test, anything else one failed
// slow:        how much longer than usual the conditions of the tests may take
// minutes:     the suite is stopped and failed after so long
// jobs:        how many files at once, 2 when nothing is said: 4 where they wait more than they reckon,
//              1 where they measure, or take much
export const suites = {
  lint: {
    kind: 'steps', build: 'clang', minutes: 15,
    steps: {
      size: ['tools/check-size'],
      'clang-format': ['tools/fmt', '--check'],
      'clang-tidy': ['node', 'tools/tidy.mjs', 'build-clang'],
      cppcheck: ['tools/cppcheck'],
      shellcheck: ['tools/shellcheck'],
      tsc: ['npm', 'run', '--silent', 'check:types'],
      locales: ['node', 'tools/check-locales'],
    },
  },
  'tidy-deep': { kind: 'steps', build: 'clang', minutes: 40, steps: { 'clang-tidy': ['node', 'tools/tidy.mjs', '--deep', 'build-clang'] } },
  'unit-gcc': { ...unit, build: 'gcc', args: [] },
  'unit-clang': { ...unit, build: 'clang', args: ['--no-suite', 'lint'] },
  'unit-asan': { ...unit, build: 'asan', args: ['--no-suite', 'lint'], slow: 3 },
  fuzz: { kind: 'fuzz', build: 'asan', seconds: 10, minutes: 10 },
  'api-sqlite': { ...api, build: 'gcc', engine: 'sqlite' },
  'api-postgresql': { ...api, build: 'gcc', engine: 'postgresql' },
  'api-sqlite-asan': { ...api, build: 'asan', engine: 'sqlite', slow: 3 },
  'api-postgresql-asan': { ...api, build: 'asan', engine: 'postgresql', slow: 3 },
  'api-sqlite-tsan': { ...api, build: 'tsan', engine: 'sqlite', slow: 5 },
  'api-postgresql-tsan': { ...api, build: 'tsan', engine: 'postgresql', slow: 5 },
  'fault-sqlite': { ...fault, engine: 'sqlite' },
  'fault-postgresql': { ...fault, engine: 'postgresql' },
  browser: { kind: 'node', folder: 'tests/browser', build: 'gcc', engine: 'sqlite', minutes: 15 },
  'soak-sqlite': { ...fault, engine: 'sqlite', minutes: 120, env: { LEADLINE_TEST_SOAK: '1' } },
  'soak-postgresql': { ...fault, engine: 'postgresql', minutes: 120, env: { LEADLINE_TEST_SOAK: '1' } },
  'soak-fuzz': { kind: 'fuzz', build: 'asan', seconds: 600, minutes: 120 },
};

export const sets = {
  // Well within the hour on two slow cores. What clang makes is compiled here and runs under the sanitizers;
  // `deep` runs it without them, takes the thread sanitizer to PostgreSQL, and lets the analyzer look further.
  test: [
    'lint', 'unit-gcc', 'unit-asan', 'fuzz', 'api-sqlite-asan', 'api-postgresql-asan', 'api-sqlite-tsan',
    'fault-sqlite', 'fault-postgresql', 'browser',
  ],
  deep: ['tidy-deep', 'unit-clang', 'api-postgresql-tsan'],
  check: ['lint', 'unit-gcc', 'unit-clang', 'api-sqlite'],
  soak: ['soak-sqlite', 'soak-postgresql', 'soak-fuzz'],
};
