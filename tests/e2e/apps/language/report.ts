import * as asynchronous from './cases/asynchronous.ts';
import * as builtins from './cases/builtins.ts';
import * as classes from './cases/classes.ts';
import * as iteration from './cases/iteration.ts';
import * as regexps from './cases/regexps.ts';
import * as syntax from './cases/syntax.ts';
import * as typescript from './cases/typescript.ts';

const groups: Record<string, Record<string, () => unknown>> = {
  asynchronous: asynchronous.cases,
  builtins: builtins.cases,
  classes: classes.cases,
  iteration: iteration.cases,
  regexps: regexps.cases,
  syntax: syntax.cases,
  typescript: typescript.cases
};

export async function report(say: (line: string) => void): Promise<void> {
  let number = 0;

  for (const [group, cases] of Object.entries(groups)) {
    for (const [name, run] of Object.entries(cases)) {
      let result: string;

      try {
        result = JSON.stringify(await run()) ?? 'undefined';
      } catch (e) {
        result = `threw ${JSON.stringify(e instanceof Error ? `${e.name}: ${e.message}` : e)}`;
      }
      say(`case ${++number} ${group}: ${name}: ${result}`);
    }
  }
  say(`cases ${number}`);
}
