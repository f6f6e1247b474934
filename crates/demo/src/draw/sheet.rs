//! A sheet of drawing paper: flat fills, ink lines and hatching.

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform,
};

pub(crate) const WIDTH: f32 = 1200.0;
pub(crate) const HEIGHT: f32 = 800.0;
const QUALITY: u8 = 82;

/// A colour as `0xAARRGGBB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tint(u32);

pub(crate) const PAPER: Tint = Tint::rgb(0xfbfaf6);
pub(crate) const INK: Tint = Tint::rgb(0x152e2b);
pub(crate) const INK2: Tint = Tint::rgb(0x475d5a);
pub(crate) const MARK: Tint = Tint::rgb(0xbd4419);
pub(crate) const LINE: Tint = Tint::rgb(0xd6d4cc);

pub(crate) type Point = (f32, f32);

impl Tint {
    pub(crate) const fn rgb(hex: u32) -> Tint {
        Tint(0xff00_0000 | hex)
    }

    /// This colour, see-through: 0 nothing, 1 solid.
    pub(crate) fn thin(self, alpha: f32) -> Tint {
        Tint((self.0 & 0x00ff_ffff) | (((alpha * 255.0) as u32) << 24))
    }

    /// So much of the other colour mixed in.
    pub(crate) fn mix(self, other: Tint, part: f32) -> Tint {
        let channel = |shift: u32| {
            let (a, b) = (
                (self.0 >> shift & 255) as f32,
                (other.0 >> shift & 255) as f32,
            );
            ((a + (b - a) * part).round() as u32) << shift
        };
        Tint((self.0 & 0xff00_0000) | channel(16) | channel(8) | channel(0))
    }

    pub(crate) fn darker(self, part: f32) -> Tint {
        self.mix(INK, part)
    }

    pub(crate) fn lighter(self, part: f32) -> Tint {
        self.mix(PAPER, part)
    }

    fn color(self) -> Color {
        let [alpha, red, green, blue] = self.0.to_be_bytes();
        Color::from_rgba8(red, green, blue, alpha)
    }
}

pub(crate) struct Sheet {
    pixmap: Pixmap,
    /// Moves and mirrors all that is drawn.
    place: Transform,
}

impl Sheet {
    pub(crate) fn new(paper: Tint) -> Sheet {
        Sheet::sized(WIDTH as u32, HEIGHT as u32, paper)
    }

    pub(crate) fn sized(width: u32, height: u32, paper: Tint) -> Sheet {
        let mut pixmap = Pixmap::new(width, height).expect("a sheet has an area");
        pixmap.fill(paper.color());
        Sheet {
            pixmap,
            place: Transform::identity(),
        }
    }

    /// What follows is drawn scaled by `scale` around an origin at (x, y); mirrored if asked.
    pub(crate) fn at(&mut self, x: f32, y: f32, scale: f32, mirrored: bool) {
        let across = if mirrored { -scale } else { scale };
        self.place = Transform::from_row(across, 0.0, 0.0, scale, x, y);
    }

    pub(crate) fn home(&mut self) {
        self.place = Transform::identity();
    }

    pub(crate) fn fill(&mut self, path: Option<Path>, tint: Tint) {
        let mut paint = Paint::default();
        paint.set_color(tint.color());
        paint.anti_alias = true;
        if let Some(path) = path {
            self.pixmap
                .fill_path(&path, &paint, FillRule::Winding, self.place, None);
        }
    }

    pub(crate) fn stroke(&mut self, path: Option<Path>, width: f32, tint: Tint) {
        let mut paint = Paint::default();
        paint.set_color(tint.color());
        paint.anti_alias = true;
        let stroke = Stroke {
            width,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        if let Some(path) = path {
            self.pixmap
                .stroke_path(&path, &paint, &stroke, self.place, None);
        }
    }

    pub(crate) fn rect(&mut self, x: f32, y: f32, wide: f32, high: f32, tint: Tint) {
        let path = Rect::from_xywh(x, y, wide, high).map(PathBuilder::from_rect);
        self.fill(path, tint);
    }

    /// A rectangle with an ink outline.
    pub(crate) fn frame(&mut self, x: f32, y: f32, wide: f32, high: f32, tint: Tint, ink: f32) {
        self.rect(x, y, wide, high, tint);
        let path = Rect::from_xywh(x, y, wide, high).map(PathBuilder::from_rect);
        self.stroke(path, ink, INK);
    }

    pub(crate) fn round(&mut self, x: f32, y: f32, wide: f32, high: f32, r: f32, tint: Tint) {
        self.fill(rounded(x, y, wide, high, r), tint);
    }

    pub(crate) fn poly(&mut self, points: &[Point], tint: Tint) {
        self.fill(path(points, true), tint);
    }

    /// A polygon with an ink outline.
    pub(crate) fn shape(&mut self, points: &[Point], tint: Tint, ink: f32) {
        self.poly(points, tint);
        self.stroke(path(points, true), ink, INK);
    }

    pub(crate) fn line(&mut self, points: &[Point], width: f32, tint: Tint) {
        self.stroke(path(points, false), width, tint);
    }

    pub(crate) fn circle(&mut self, x: f32, y: f32, r: f32, tint: Tint) {
        self.fill(PathBuilder::from_circle(x, y, r), tint);
    }

    pub(crate) fn ring(&mut self, x: f32, y: f32, r: f32, width: f32, tint: Tint) {
        self.stroke(PathBuilder::from_circle(x, y, r), width, tint);
    }

    pub(crate) fn oval(&mut self, x: f32, y: f32, wide: f32, high: f32, tint: Tint) {
        let rect = Rect::from_xywh(x - wide / 2.0, y - high / 2.0, wide, high);
        self.fill(rect.and_then(PathBuilder::from_oval), tint);
    }

    /// Parallel strokes inside a polygon: what is in shadow.
    pub(crate) fn hatch(&mut self, points: &[Point], slope: f32, gap: f32, wide: f32, tint: Tint) {
        let mut lines = PathBuilder::new();
        // A line is all points with the same x - slope * y.
        let offsets: Vec<f32> = points.iter().map(|(x, y)| x - slope * y).collect();
        let low = offsets.iter().copied().fold(f32::MAX, f32::min);
        let high = offsets.iter().copied().fold(f32::MIN, f32::max);
        let mut offset = low + gap / 2.0;
        while offset < high {
            let mut cuts: Vec<Point> = Vec::new();
            for (at, from) in points.iter().enumerate() {
                let to = points[(at + 1) % points.len()];
                let (a, b) = (
                    from.0 - slope * from.1 - offset,
                    to.0 - slope * to.1 - offset,
                );
                if (a < 0.0) != (b < 0.0) {
                    let part = a / (a - b);
                    cuts.push((
                        from.0 + (to.0 - from.0) * part,
                        from.1 + (to.1 - from.1) * part,
                    ));
                }
            }
            cuts.sort_by(|a, b| a.1.total_cmp(&b.1));
            for pair in cuts.chunks_exact(2) {
                lines.move_to(pair[0].0, pair[0].1);
                lines.line_to(pair[1].0, pair[1].1);
            }
            offset += gap;
        }
        self.stroke(lines.finish(), wide, tint);
    }

    /// The picture as JPEG, and its width and height.
    pub(crate) fn jpeg(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128 << 10);
        let (wide, high) = (self.pixmap.width() as u16, self.pixmap.height() as u16);
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, QUALITY);
        let written = encoder.encode(
            self.pixmap.data(),
            wide,
            high,
            jpeg_encoder::ColorType::Rgba,
        );
        assert!(written.is_ok(), "memory takes every JPEG of this size");
        bytes
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.pixmap.width(), self.pixmap.height())
    }

    #[cfg(test)]
    pub(crate) fn paste(&mut self, other: &Sheet, x: f32, y: f32, scale: f32) {
        let paint = tiny_skia::PixmapPaint {
            quality: tiny_skia::FilterQuality::Bilinear,
            ..tiny_skia::PixmapPaint::default()
        };
        let place = Transform::from_row(scale, 0.0, 0.0, scale, x, y);
        self.pixmap
            .draw_pixmap(0, 0, other.pixmap.as_ref(), &paint, place, None);
    }

    #[cfg(test)]
    pub(crate) fn pixmap(&self) -> &Pixmap {
        &self.pixmap
    }
}

fn path(points: &[Point], closed: bool) -> Option<Path> {
    let mut made = PathBuilder::new();
    let (first, rest) = points.split_first()?;
    made.move_to(first.0, first.1);
    rest.iter().for_each(|(x, y)| made.line_to(*x, *y));
    if closed {
        made.close();
    }
    made.finish()
}

pub(crate) fn rounded(x: f32, y: f32, wide: f32, high: f32, r: f32) -> Option<Path> {
    let r = r.min(wide / 2.0).min(high / 2.0);
    let (right, bottom) = (x + wide, y + high);
    let mut made = PathBuilder::new();
    made.move_to(x + r, y);
    made.line_to(right - r, y);
    made.quad_to(right, y, right, y + r);
    made.line_to(right, bottom - r);
    made.quad_to(right, bottom, right - r, bottom);
    made.line_to(x + r, bottom);
    made.quad_to(x, bottom, x, bottom - r);
    made.line_to(x, y + r);
    made.quad_to(x, y, x + r, y);
    made.close();
    made.finish()
}

/// A smooth line through the points (Catmull and Rom's spline); closed if asked.
pub(crate) fn smooth(points: &[Point], closed: bool) -> Option<Path> {
    let many = points.len() as i64;
    if many < 3 {
        return path(points, closed);
    }
    let get = |at: i64| {
        let at = if closed {
            at.rem_euclid(many)
        } else {
            at.clamp(0, many - 1)
        };
        points[at as usize]
    };
    let mut made = PathBuilder::new();
    made.move_to(points[0].0, points[0].1);
    let end = if closed { many } else { many - 1 };
    for at in 0..end {
        let (before, from, to, after) = (get(at - 1), get(at), get(at + 1), get(at + 2));
        made.cubic_to(
            from.0 + (to.0 - before.0) / 6.0,
            from.1 + (to.1 - before.1) / 6.0,
            to.0 - (after.0 - from.0) / 6.0,
            to.1 - (after.1 - from.1) / 6.0,
            to.0,
            to.1,
        );
    }
    if closed {
        made.close();
    }
    made.finish()
}
