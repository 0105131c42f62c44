import { lazy, Suspense } from 'react';
import type { CodeFieldProps } from './code-field.tsx';

const CodeField = lazy(() => import('./code-field.tsx'));

/** A field for JSON, with brackets matched and mistakes underlined. The editor is loaded when it is first shown. */
export function JsonEditor(props: CodeFieldProps) {
  return (
    <Suspense fallback={<pre className="editor">{props.value}</pre>}>
      <CodeField {...props} />
    </Suspense>
  );
}
