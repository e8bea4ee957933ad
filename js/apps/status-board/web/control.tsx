// The operator's panel: gives orders to the host, and says so when the host refuses one.
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

import type { Answer, Kiln, Order, Status } from '../shared/messages';
import { PROGRAMMES, type ProgrammeName } from '../shared/programme';
import { channel } from './channel';
import { STATES, programme, timeLeft } from './text';

const NOTICES = ['Glaze delivery at 14:00', 'Do not open Clara', 'Closing early today'];
const NAMES = Object.keys(PROGRAMMES) as ProgrammeName[];

const useStatus = channel<Status>('plant:status');

/** The orders that make sense now; whether one is possible is the host's to say. */
function ordersFor({ name: kiln, state }: Kiln): Order[] {
  switch (state) {
    case 'ready': return NAMES.map((name) => ({ kiln, action: 'start', programme: name }));
    case 'heating': return [{ kiln, action: 'hold' }, { kiln, action: 'stop' }];
    case 'held': return [{ kiln, action: 'resume' }, { kiln, action: 'stop' }];
    case 'soaking': return [{ kiln, action: 'stop' }];
    case 'cooling': return [];
  }
}

function label(order: Order): string {
  if (order.action === 'start') return PROGRAMMES[order.programme].title;
  return { hold: 'Hold', resume: 'Resume', stop: 'Stop' }[order.action];
}

interface RowProps {
  readonly kiln: Kiln;
  readonly onOrder: (order: Order) => void;
}

function Row({ kiln, onOrder }: RowProps) {
  return (
    <li className={kiln.state}>
      <div>
        <h2>{kiln.name} <span className="pill">{STATES[kiln.state]}</span></h2>
        <p>{programme(kiln)}, {timeLeft(kiln)}</p>
      </div>
      <p className="temperature">{kiln.temperature}<small>°C</small></p>
      <div className="orders">
        {ordersFor(kiln).map((order) => (
          <button key={label(order)} className={order.action} onClick={() => onOrder(order)}>
            {label(order)}
          </button>
        ))}
      </div>
    </li>
  );
}

function Control() {
  const status = useStatus();
  const [problem, setProblem] = useState<string | null>(null);

  function attempt(call: Promise<Answer | null>): void {
    call.then(
      (answer) => setProblem(answer?.refused ?? null),
      (error: unknown) => setProblem(`The plant does not answer: ${String(error)}`),
    );
  }

  const order = (what: Order) => attempt(runtime.invoke('plant:order', what, { timeout: 5000 }));
  const post = (text: string) => attempt(runtime.invoke('plant:notice', text, { timeout: 5000 }));

  if (!status) return <p className="waiting">Waiting for the plant…</p>;
  return (
    <>
      <header className="title"><h1>Control</h1></header>
      <main>
        <ul>
          {status.kilns.map((kiln) => (
            <Row key={kiln.name} kiln={kiln} onOrder={order} />
          ))}
        </ul>
        <section>
          <h2>On the wall</h2>
          {NOTICES.map((text) => (
            <button
              key={text}
              aria-pressed={text === status.notice}
              onClick={() => post(text === status.notice ? '' : text)}
            >
              {text}
            </button>
          ))}
          {problem !== null && <p className="problem" role="alert">{problem}</p>}
        </section>
      </main>
    </>
  );
}

const root = document.getElementById('root');

if (!root) throw new Error('control.html has no #root');
createRoot(root).render(<StrictMode><Control /></StrictMode>);
