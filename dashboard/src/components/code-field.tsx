import { json, jsonParseLinter } from '@codemirror/lang-json';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { linter } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import { NONCE } from '../nonce.ts';

export interface CodeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const colors = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--ok)' },
  { tag: tags.number, color: 'var(--info)' },
  { tag: [tags.bool, tags.null], color: 'var(--warn)' },
]);

/** CodeMirror as a React field. */
export default function CodeField({ label, value, onChange }: CodeFieldProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const tell = useRef(onChange);
  tell.current = onChange;

  useEffect(() => {
    if (!place.current) return undefined;
    const state = EditorState.create({ doc: value, extensions: extensions(label, (text) => tell.current(text)) });
    const made = new EditorView({ state, parent: place.current });
    view.current = made;
    return () => made.destroy();
    // The text it starts with; later ones are put in below.
  }, [label]);

  useEffect(() => {
    const now = view.current?.state.doc.toString();
    if (now === undefined || now === value) return;
    view.current?.dispatch({ changes: { from: 0, to: now.length, insert: value } });
  }, [value]);

  return <div className="editor" ref={place} />;
}

function extensions(label: string, onChange: (text: string) => void): Extension[] {
  return [
    basicSetup,
    json(),
    linter(jsonParseLinter()),
    syntaxHighlighting(colors),
    EditorView.cspNonce.of(NONCE),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}
