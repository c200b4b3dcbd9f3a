// Makes a picture small without a tool beside Node: 256 colors, of which a page hardly has more, and the hardest packing.

import { deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const PALETTE_COLORS = 256;

/** A PNG as Chromium takes it (8 bits, RGB or RGBA, not interlaced), with a palette. */
export function small(png) {
  const { width, height, channels, packed } = read(png);
  const pixels = unfiltered(inflateSync(packed), width * channels, height, channels);
  const { palette, indexes } = reduced(pixels, channels);
  return written(width, height, palette, indexes);
}

function read(png) {
  const parts = [];
  let head;
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const data = png.subarray(at + 8, at + 8 + length);
    const type = png.toString("latin1", at + 4, at + 8);
    if (type === "IHDR") head = data;
    if (type === "IDAT") parts.push(data);
    at += length + 12;
  }
  const channels = { 2: 3, 6: 4 }[head[9]];
  if (head[8] !== 8 || !channels || head[12] !== 0) throw new Error("a picture of another kind than Chromium takes");
  return { width: head.readUInt32BE(0), height: head.readUInt32BE(4), channels, packed: Buffer.concat(parts) };
}

/** The bytes of the pixels, without the filter that each line was packed with. */
function unfiltered(lines, stride, height, channels) {
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const to = y * stride + x;
      const left = x < channels ? 0 : pixels[to - channels];
      const above = y === 0 ? 0 : pixels[to - stride];
      const corner = x < channels || y === 0 ? 0 : pixels[to - stride - channels];
      pixels[to] = lines[y * (stride + 1) + 1 + x] + [0, left, above, (left + above) >> 1, nearest(left, above, corner)][filter];
    }
  }
  return pixels;
}

function nearest(left, above, corner) {
  const guess = left + above - corner;
  const [far, farther, farthest] = [left, above, corner].map((one) => Math.abs(guess - one));
  if (far <= farther && far <= farthest) return left;
  return farther <= farthest ? above : corner;
}

/** The colors that occur most, and of each pixel the place of its color or the nearest one among them. */
function reduced(pixels, channels) {
  const counts = new Map();
  const colors = new Uint32Array(pixels.length / channels);
  for (let at = 0; at < colors.length; at++) {
    const from = at * channels;
    const color = (pixels[from] << 16) | (pixels[from + 1] << 8) | pixels[from + 2];
    colors[at] = color;
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const palette = [...counts].sort(([a, n], [b, m]) => m - n || a - b).slice(0, PALETTE_COLORS).map(([color]) => color);
  const place = new Map([...counts.keys()].map((color) => [color, closest(palette, color)]));
  return { palette, indexes: Buffer.from(Array.from(colors, (color) => place.get(color))) };
}

function closest(palette, color) {
  const parts = (one) => [one >> 16, (one >> 8) & 255, one & 255];
  const [red, green, blue] = parts(color);
  const distances = palette.map(parts).map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
  return distances.indexOf(Math.min(...distances));
}

function written(width, height, palette, indexes) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3], 8);
  const colors = Buffer.from(palette.flatMap((one) => [one >> 16, (one >> 8) & 255, one & 255]));
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) indexes.copy(lines, y * (width + 1) + 1, y * width, (y + 1) * width);
  const packed = deflateSync(lines, { level: 9, memLevel: 9 });
  const chunks = [chunk("IHDR", head), chunk("PLTE", colors), chunk("IDAT", packed), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...chunks]);
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(checksum(named), 4);
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)]);
}

/** CRC-32 as PNG wants it. */
function checksum(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
}
