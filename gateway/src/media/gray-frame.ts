/** Width of the analysed picture, in pixels. */
export const GRAY_WIDTH = 160;

/** Height of the analysed picture, in pixels. */
export const GRAY_HEIGHT = 90;

/** One key frame of a camera, scaled down to gray, as the analysis sees it. */
export interface GrayFrame {
  readonly camera: string;
  readonly width: typeof GRAY_WIDTH;
  readonly height: typeof GRAY_HEIGHT;
  /** One byte a pixel, row after row; the receiver owns it. */
  readonly pixels: Uint8Array;
  /** When the frame left the decoder, on the gateway's own clocks; milliseconds. */
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** What the stream itself says about the picture, beside its frames. */
export type StreamNotice = { readonly camera: string; readonly monotonicMs: number } & (
  | { readonly kind: 'resolution'; readonly width: number; readonly height: number }
  /** Packets are missing, or the stream stood still, for about that long. */
  | { readonly kind: 'gap'; readonly lengthMs: number }
  /** The key frame is the one before it, bit for bit, or has its time stamp. */
  | { readonly kind: 'repeat' }
);
