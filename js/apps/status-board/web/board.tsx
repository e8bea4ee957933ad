// The wall: shows what the host sends, and has nothing to touch.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import type { Kiln, Status } from '../shared/messages';
import { channel } from './channel';
import { Curve } from './curve';
import { STATES, programme, timeLeft } from './text';

const useStatus = channel<Status>('plant:status');

function Card({ kiln }: { readonly kiln: Kiln }) {
  return (
    <article className={kiln.state}>
      <header>
        <h2>{kiln.name}</h2>
        <span className="pill">{STATES[kiln.state]}</span>
      </header>
      <p className="temperature">{kiln.temperature}<small>°C</small></p>
      <Curve kiln={kiln} />
      <footer>
        <span>{programme(kiln)}</span>
        <span>{timeLeft(kiln)}</span>
      </footer>
    </article>
  );
}

function Board() {
  const status = useStatus();

  if (!status) return <p className="waiting">Waiting for the plant…</p>;
  return (
    <>
      <header className="title">
        <h1>Kiln room</h1>
        {status.notice !== '' && <p className="notice">{status.notice}</p>}
      </header>
      <main>{status.kilns.map((kiln) => <Card key={kiln.name} kiln={kiln} />)}</main>
    </>
  );
}

const root = document.getElementById('root');

if (!root) throw new Error('board.html has no #root');
createRoot(root).render(<StrictMode><Board /></StrictMode>);
