/** Stands for a system: its initials on a colour of its own. Real logos are their owners'. */
export function Logo({ name, size = 40 }: { readonly name: string; readonly size?: number }) {
  const words = name.split(/[\s-]+|(?<=[a-z])(?=[A-Z])/).filter((word) => word !== '');
  const initials = ((words[0]?.[0] ?? '') + (words[1]?.[0] ?? words[0]?.[1] ?? '')).toUpperCase();
  let hue = 7;
  for (const letter of name) hue = (hue * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return (
    <span
      className="logo"
      aria-hidden
      style={{ width: size, height: size, fontSize: size * 0.38, background: `hsl(${hue} 42% 34%)` }}
    >
      {initials}
    </span>
  );
}
