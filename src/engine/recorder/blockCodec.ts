/**
 * Columns of numbers as one binary block, exact but for the sign of a zero. Little-endian; a header of 8 bytes (magic, version, number of
 * columns, rows as uint32), then each column: its encoding in 8 bytes, and its data padded to a multiple of 8.
 */
const MAGIC = 0x54;
const VERSION = 1;
const HEADER = 8;

/** How a column is stored: evenly spaced numbers as two, floats that fit as float32, else as float64. */
const EVEN = 1;
const FLOAT32 = 2;
const FLOAT64 = 3;
const ENCODINGS = [EVEN, FLOAT32, FLOAT64] as const;
type Encoding = (typeof ENCODINGS)[number];

export function encodeBlock(columns: readonly Float64Array[], rows: number): Uint8Array {
  const encodings = columns.map((column) => chooseEncoding(column, rows));
  const size = encodings.reduce((sum, encoding) => sum + 8 + dataSize(encoding, rows), HEADER);
  const block = new Uint8Array(size);
  const view = new DataView(block.buffer);
  block.set([MAGIC, VERSION, columns.length, 0]);
  view.setUint32(4, rows, true);
  let offset = HEADER;
  columns.forEach((column, i) => {
    const encoding = encodings[i] ?? FLOAT64;
    view.setUint8(offset, encoding);
    writeColumn(block, offset + 8, column, rows, encoding);
    offset += 8 + dataSize(encoding, rows);
  });
  return block;
}

/** Throws where the block is not one that `encodeBlock` made. */
export function decodeBlock(stored: Uint8Array): { rows: number; columns: Float64Array[] } {
  const block = aligned(stored);
  if (block.length < HEADER || block[0] !== MAGIC || block[1] !== VERSION) {
    throw new Error('A block of the record has an unknown format.');
  }
  const view = new DataView(block.buffer, block.byteOffset);
  const rows = view.getUint32(4, true);
  const columns: Float64Array[] = [];
  let offset = HEADER;
  for (let i = 0; i < (block[2] ?? 0); i++) {
    const encoding = readEncoding(block, offset, rows);
    columns.push(readColumn(block, offset + 8, rows, encoding));
    offset += 8 + dataSize(encoding, rows);
  }
  return { rows, columns };
}

function readEncoding(block: Uint8Array, offset: number, rows: number): Encoding {
  const encoding = ENCODINGS.find((known) => known === block[offset]);
  if (encoding === undefined) throw new Error('A block of the record is damaged.');
  if (offset + 8 + dataSize(encoding, rows) > block.length)
    throw new Error('A block of the record is cut short.');
  return encoding;
}

function chooseEncoding(column: Float64Array, rows: number): Encoding {
  if (rows >= 2 && isEven(column, rows)) return EVEN;
  for (let i = 0; i < rows; i++) {
    const value = column[i] ?? NaN;
    if (Math.fround(value) !== value && value === value) return FLOAT64;
  }
  return FLOAT32;
}

function isEven(column: Float64Array, rows: number): boolean {
  const start = column[0] ?? NaN;
  const spacing = (column[1] ?? NaN) - start;
  for (let i = 0; i < rows; i++) {
    if (start + i * spacing !== column[i]) return false;
  }
  return true;
}

function dataSize(encoding: Encoding, rows: number): number {
  if (encoding === EVEN) return 16;
  return encoding === FLOAT64 ? rows * 8 : Math.ceil(rows / 2) * 8;
}

function writeColumn(
  block: Uint8Array,
  at: number,
  column: Float64Array,
  rows: number,
  encoding: Encoding,
): void {
  if (encoding === EVEN) {
    const start = column[0] ?? NaN;
    new Float64Array(block.buffer, at, 2).set([start, (column[1] ?? NaN) - start]);
  } else if (encoding === FLOAT32) {
    new Float32Array(block.buffer, at, rows).set(column.subarray(0, rows));
  } else {
    new Float64Array(block.buffer, at, rows).set(column.subarray(0, rows));
  }
}

function readColumn(block: Uint8Array, at: number, rows: number, encoding: Encoding): Float64Array {
  const start = block.byteOffset + at;
  if (encoding === FLOAT64) return new Float64Array(block.buffer, start, rows);
  if (encoding === FLOAT32) return Float64Array.from(new Float32Array(block.buffer, start, rows));
  const [first = NaN, spacing = NaN] = new Float64Array(block.buffer, start, 2);
  const column = new Float64Array(rows);
  for (let i = 0; i < rows; i++) column[i] = first + i * spacing;
  return column;
}

/** Typed arrays need their data at a multiple of 8; a blob from elsewhere may lie anywhere. */
function aligned(block: Uint8Array): Uint8Array {
  return block.byteOffset % 8 === 0 ? block : new Uint8Array(block);
}
