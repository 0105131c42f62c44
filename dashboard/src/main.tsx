import { createRoot } from 'react-dom/client';
import { api, queryClient } from './api.ts';
import { App } from './app.tsx';
import { isSignedIn } from './auth.ts';
import { router } from './routes.ts';
import './styles/index.ts';
import type { Status } from './types.ts';

// What every page needs is asked for before anything is drawn.
void router.load();
if (isSignedIn()) {
  const status = { queryKey: ['/status'], queryFn: () => api<Status>('GET', '/status') };
  // Who needs it asks again, and says what is wrong.
  queryClient.query(status).catch(() => undefined);
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
