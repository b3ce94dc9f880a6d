/** Files to send: a picture, a sound and a film that a browser can show, and bytes that are nothing in particular. */

import { randomBytes } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

/** A PNG of one colour. */
export function photo(name = "harbour.png", [width, height] = [640, 400], colour = [31, 111, 92]) {
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(width * 3, Buffer.from(colour))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  const parts = [pngPart("IHDR", head), pngPart("IDAT", pixels), pngPart("IEND", Buffer.alloc(0))];
  return { name, mimeType: "image/png", buffer: Buffer.concat([signature, ...parts]) };
}

/** A WAV of a second's tone. */
export function sound(name = "tone.wav", rate = 8000) {
  const samples = Buffer.from(Array.from({ length: rate }, (_, i) => 128 + 90 * Math.sin(i / 3)));
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + rate, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(rate, 40);
  return { name, mimeType: "audio/wav", buffer: Buffer.concat([head, samples]) };
}

/** A short film, recorded by the browser itself, with the codecs in its type as recorders write them. */
export async function film(page, name = "walk.webm") {
  const bytes = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 120 });
    const brush = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm;codecs=vp8" });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.start();
    for (let frame = 0; frame < 15; frame += 1) {
      brush.fillStyle = `hsl(${frame * 20} 60% 50%)`;
      brush.fillRect(0, 0, 160, 120);
      await new Promise(requestAnimationFrame);
    }
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.stop();
    await stopped;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  return { name, mimeType: "video/webm;codecs=vp8", buffer: Buffer.from(bytes) };
}

export function file(name, size, mimeType = "application/pdf") {
  return { name, mimeType, buffer: randomBytes(size) };
}

export const uriOf = ({ mimeType, buffer }) => `data:${mimeType};base64,${buffer.toString("base64")}`;

function pngPart(kind, data) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(kind), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
