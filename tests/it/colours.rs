//! The page's colours, read from `style/tokens.css`: what is written on what can be read, in both themes.

use std::collections::BTreeMap;

/// What text and controls lie upon.
const SURFACES: [&str; 5] = ["paper", "paper-low", "paper-high", "paper-tint", "paper-press"];

/// A colour as in `oklch(L% C H)`: lightness of 0 to 1, chroma, hue in degrees.
type Oklch = [f64; 3];

/// The raw values that a theme can change: light and dark.
fn colours() -> BTreeMap<String, [Oklch; 2]> {
    let css = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/style/tokens.css")).unwrap();
    let lines = css.lines().filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix("));"));
    let pairs = lines.filter_map(|line| {
        let (name, pair) = line.split_once(": light-dark(oklch(")?;
        let (light, dark) = pair.split_once("), oklch(")?;
        // What lets something shine through has no contrast of its own.
        (!pair.contains('/')).then(|| (name.to_owned(), [light, dark].map(oklch)))
    });
    pairs.collect()
}

fn oklch(text: &str) -> Oklch {
    let mut numbers = text.split(' ').map(|number| match number.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().unwrap() / 100.0,
        None => number.parse().unwrap(),
    });
    std::array::from_fn(|_| numbers.next().unwrap())
}

/// Linear sRGB, by the matrices of <https://bottosson.github.io/posts/oklab/>.
fn linear([l, chroma, hue]: Oklch) -> [f64; 3] {
    let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
    let [l, m, s] = [
        l + 0.396_337_777_4 * a + 0.215_803_757_3 * b,
        l - 0.105_561_345_8 * a - 0.063_854_172_8 * b,
        l - 0.089_484_177_5 * a - 1.291_485_548_0 * b,
    ]
    .map(|root| root.powi(3));
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
}

/// The contrast of WCAG 2.2, 1 to 21.
fn contrast(one: Oklch, other: Oklch) -> f64 {
    let luminance = |colour| {
        let [r, g, b] = linear(colour).map(|part| part.clamp(0.0, 1.0));
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn what_is_written_can_be_read() {
    let colours = colours();
    let mut wanted = vec![
        ("brook-ink", "brook", 7.0),
        ("brook-ink", "brook-deep", 7.0),
        ("sand-ink", "sand", 7.0),
        ("ink", "brook-mist", 7.0),
        ("ink-soft", "brook-mist", 4.5),
        ("ember", "ember-mist", 4.5),
    ];
    for surface in SURFACES {
        wanted.push(("ink", surface, 7.0));
        wanted.push(("line-strong", surface, 3.0));
        let quiet = ["ink-soft", "brook", "ember", "moss", "plum", "gold", "iris"];
        wanted.extend(quiet.map(|colour| (colour, surface, 4.5)));
    }
    for (colour, surface, least) in wanted {
        for (theme, name) in ["light", "dark"].into_iter().enumerate() {
            let found = contrast(colours[colour][theme], colours[surface][theme]);
            assert!(found >= least, "{name}: {colour} on {surface} is {found:.2}:1, less than {least}:1");
        }
    }
}

#[test]
fn every_screen_can_show_them() {
    for (name, themes) in colours() {
        for colour in themes {
            let shown = linear(colour).iter().all(|part| (-0.003..=1.003).contains(part));
            assert!(shown, "{name}: {colour:?} is outside of sRGB, and browsers would each draw another one");
        }
    }
}

#[test]
fn contrast_is_computed_as_others_do() {
    let (white, black) = ([1.0, 0.0, 0.0], [0.0, 0.0, 0.0]);
    assert!((contrast(white, black) - 21.0).abs() < 0.01);
    assert_eq!(contrast(white, white), 1.0);
}

#[test]
fn the_browsers_own_bars_are_painted_like_the_page() {
    for (theme, index) in [(app::visit::Theme::Light, 0), (app::visit::Theme::Dark, 1)] {
        let parts = linear(colours()["paper"][index]).map(|part| {
            let part = part.clamp(0.0, 1.0);
            let shown = if part <= 0.003_130_8 { 12.92 * part } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 };
            format!("{:02x}", (shown * 255.0).round() as u8)
        });
        assert_eq!(theme.colour(), format!("#{}", parts.concat()));
    }
}
