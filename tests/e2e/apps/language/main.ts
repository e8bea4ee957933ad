// Says what each case found, one line each; tests/e2e/test_libraries.c compares
// them with what Node says of the same files.
import { exit } from 'runtime:app';
import { report } from './report.ts';

async function main(): Promise<void> {
  try {
    await report((line) => console.log(line));
  } finally {
    exit(0);
  }
}

main();
