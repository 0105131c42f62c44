import { useState } from 'react';
import { bytes } from '../../lib/format.ts';

interface DropZoneProps {
  readonly file: File | undefined;
  readonly onChoose: (file: File | undefined) => void;
}

/** Takes a file that is dropped on it, or chosen. */
export function DropZone({ file, onChoose }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  return (
    <label
      className={`drop ${isOver ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onChoose(event.dataTransfer.files[0]);
      }}
    >
      <span className="strong">{file ? file.name : 'Drop a CSV or XLSX file here'}</span>
      <span className="muted small">{file ? `${bytes(file.size)}. Another one replaces it.` : 'or choose one'}</span>
      <input
        type="file"
        className="visually-hidden"
        accept=".csv,.xlsx,.tsv,.txt"
        onChange={(event) => onChoose(event.target.files?.[0])}
      />
    </label>
  );
}
