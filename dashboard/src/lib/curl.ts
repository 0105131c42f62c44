import type { Exchange } from '../types.ts';

/** A kept call as a command line. Credentials are not in it: the server left them out, a placeholder stands for them. */
export function curlOf({ method, url, request }: Exchange): string {
  const parts = ['curl', '-X', method, quote(url), '-H', quote('Authorization: Bearer <token>')];
  if (request !== null && request !== undefined && request !== '') {
    parts.push('-H', quote('Content-Type: application/json'), '--data', quote(request));
  }
  return parts.join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
