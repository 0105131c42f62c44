import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { router } from './routes.ts';
import './styles/index.ts';

// The page is fetched while the browser finds out who is there.
void router.load();

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
