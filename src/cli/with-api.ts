import { readSettings } from '../server/settings.ts';
import { type Api, openApi } from './api.ts';

/**
 * Opens the API for one command and closes it whatever happens.
 *
 * @param port Where one that is started for the command listens; 0 takes any.
 */
export async function withApi(work: (api: Api) => Promise<void>, port = 0): Promise<void> {
  const api = await openApi(readSettings(process.env), port);
  try {
    await work(api);
  } finally {
    await api.close();
  }
}
