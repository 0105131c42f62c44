import path from 'node:path';

/** Whether a path is the folder itself or lies below it. Both are absolute, and links in them are not looked at. */
export function isWithin(place: string, folder: string): boolean {
  const relative = path.relative(folder, place);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}
