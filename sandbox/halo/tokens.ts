import { randomBytes } from 'node:crypto';

/** What an access or refresh token stands for. */
export interface Grant {
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

/** The tokens a sandbox has given out. */
export class TokenBook {
  private readonly access = new Map<string, Grant>();
  private readonly refresh = new Map<string, readonly string[]>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  issue(scopes: readonly string[], expiresInSeconds: number): string {
    this.forgetExpired();
    const token = jwt({ sub: '5', name: 'API Agent', scope: scopes.join(' '), jti: randomBytes(12).toString('hex') });
    this.access.set(token, { scopes, expiresAt: this.now() + expiresInSeconds * 1000 });
    return token;
  }

  issueRefresh(scopes: readonly string[]): string {
    const token = randomBytes(24).toString('base64url');
    this.refresh.set(token, scopes);
    return token;
  }

  /** The scopes of a token that is known and has not expired. */
  scopesOf(token: string): readonly string[] | undefined {
    const grant = this.access.get(token);
    return grant !== undefined && grant.expiresAt > this.now() ? grant.scopes : undefined;
  }

  /** Refresh tokens are used up by their first use. */
  takeRefresh(token: string): readonly string[] | undefined {
    const scopes = this.refresh.get(token);
    this.refresh.delete(token);
    return scopes;
  }

  revokeAll(): void {
    this.access.clear();
    this.refresh.clear();
  }

  private forgetExpired(): void {
    for (const [token, grant] of this.access) if (grant.expiresAt <= this.now()) this.access.delete(token);
  }
}

/** Text with the look of a JWT; nobody checks its signature here. */
export function jwt(claims: Readonly<Record<string, string>>): string {
  const part = (value: Readonly<Record<string, string>>): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'at+jwt' })}.${part(claims)}.${randomBytes(8).toString('base64url')}`;
}
