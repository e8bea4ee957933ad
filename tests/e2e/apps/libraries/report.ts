import * as dateFns from './cases/date-fns.ts';
import * as dayjs from './cases/dayjs.ts';
import * as emitters from './cases/emitters.ts';
import * as immer from './cases/immer.ts';
import * as lodash from './cases/lodash.ts';
import * as nanoid from './cases/nanoid.ts';
import * as rxjs from './cases/rxjs.ts';
import * as valibot from './cases/valibot.ts';
import * as xstate from './cases/xstate.ts';
import * as zod from './cases/zod.ts';

export type Case = () => unknown;

const libraries: Record<string, Record<string, Case>> = {
  'date-fns': dateFns.cases,
  dayjs: dayjs.cases,
  emitters: emitters.cases,
  immer: immer.cases,
  lodash: lodash.cases,
  nanoid: nanoid.cases,
  rxjs: rxjs.cases,
  valibot: valibot.cases,
  xstate: xstate.cases,
  zod: zod.cases
};

export async function report(say: (line: string) => void): Promise<void> {
  let number = 0;

  for (const [library, cases] of Object.entries(libraries)) {
    for (const [name, run] of Object.entries(cases)) {
      let result: string;

      try {
        result = JSON.stringify(await run()) ?? 'undefined';
      } catch (e) {
        result = `threw ${JSON.stringify(e instanceof Error ? `${e.name}: ${e.message}` : e)}`;
      }
      say(`case ${++number} ${library}: ${name}: ${result}`);
    }
  }
  say(`cases ${number}`);
}
