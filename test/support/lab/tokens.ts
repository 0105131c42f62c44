import type { LabAnswer, LabRequest } from './script.ts';

/** The lab's sign-in: access tokens that expire, refresh tokens that can be used once. */
export class LabTokens {
  /** Life of an access token. */
  lifeSeconds = 3600;
  /** Every token that was ever given out. */
  readonly given: string[] = [];
  /** Token requests, by grant. */
  readonly asked: string[] = [];
  /** Refresh tokens that were shown again after their use: somebody used an old one. */
  readonly usedTwice: string[] = [];
  readonly #good = new Map<string, number>();
  readonly #refresh = new Map<string, 'fresh' | 'used'>();

  answer({ body }: LabRequest): LabAnswer {
    const form = new URLSearchParams(body);
    const grant = form.get('grant_type') ?? '';
    this.asked.push(grant);
    if (grant === 'refresh_token' && !this.#takeRefresh(form.get('refresh_token') ?? '')) return REFUSED;
    return { status: 200, body: this.#issue(grant !== 'client_credentials') };
  }

  isGood(header: string | undefined): boolean {
    const until = this.#good.get(header?.replace(/^Bearer /, '') ?? '');
    return until !== undefined && until > Date.now();
  }

  /** Access tokens of before are refused from now on. */
  expireAll(): void {
    this.#good.clear();
  }

  /** Refresh tokens of before are refused as well. */
  revokeAll(): void {
    this.expireAll();
    this.#refresh.clear();
  }

  #takeRefresh(token: string): boolean {
    const state = this.#refresh.get(token);
    if (state === 'used') this.usedTwice.push(token);
    if (state === 'fresh') this.#refresh.set(token, 'used');
    return state === 'fresh';
  }

  #issue(withRefresh: boolean): object {
    const access = this.#make('canary-access');
    this.#good.set(access, Date.now() + this.lifeSeconds * 1000);
    const answer = { access_token: access, expires_in: this.lifeSeconds, token_type: 'Bearer', scope: 'all' };
    if (!withRefresh) return answer;
    const refresh = this.#make('canary-refresh');
    this.#refresh.set(refresh, 'fresh');
    return { ...answer, refresh_token: refresh };
  }

  #make(kind: string): string {
    const token = `${kind}-${this.given.length}-${Math.random().toString(36).slice(2)}`;
    this.given.push(token);
    return token;
  }
}

const REFUSED: LabAnswer = { status: 400, body: { error: 'invalid_grant' } };
