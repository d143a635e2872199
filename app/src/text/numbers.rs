//! Times and numbers, as each language writes them.
//!
//! Not the browser's `Intl`: what the server draws and what the browser takes over must agree, and the server has none. Digits,
//! thousands (1,234), prices and short counts (128K) are the same in both languages here.

use super::Language;
use crate::wire::Currency;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A month of the calendar, 1 to 12.
pub fn month(month: u8, year: Option<i32>, language: Language) -> String {
    let month = month.clamp(1, 12);
    let name = MONTHS[usize::from(month - 1)];
    match (language, year) {
        (Language::English, None) => name.to_owned(),
        (Language::English, Some(year)) => format!("{name} {year}"),
        // A date is written without spaces.
        (Language::Chinese, None) => format!("{month}月"),
        (Language::Chinese, Some(year)) => format!("{year}年{month}月"),
    }
}

/// In whole seconds, which is as exact as anybody reads it.
pub fn duration(ms: u64, language: Language) -> String {
    let (minute, second) = match language {
        Language::English => ("min", "s"),
        Language::Chinese => ("分", "秒"),
    };
    match ms / 1_000 {
        seconds @ 0..60 => format!("{seconds} {second}"),
        seconds => format!("{} {minute} {} {second}", seconds / 60, seconds % 60),
    }
}

/// Seconds with their tenths.
pub fn seconds(ms: u64, language: Language) -> String {
    let tenths = (ms + 50) / 100;
    match language {
        Language::English if ms < 100 => "less than 0.1 s".to_owned(),
        Language::Chinese if ms < 100 => "不到 0.1 秒".to_owned(),
        Language::English => format!("{}.{} s", tenths / 10, tenths % 10),
        Language::Chinese => format!("{}.{} 秒", tenths / 10, tenths % 10),
    }
}

/// Thousands apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// With cents from a cent on; below that with two digits that count.
pub fn money(micro: u64) -> String {
    let places = match micro {
        1_000_000.. => 2,
        10_000.. => 3,
        1_000.. => 4,
        _ => 6,
    };
    let unit = 10_u64.pow(6 - places);
    let rounded = (micro + unit / 2) / unit;
    let whole = 10_u64.pow(places);
    format!("{}.{:0width$}", grouped(rounded / whole), rounded % whole, width = places as usize)
}

/// A count as people say it: 128K, 1M.
pub fn in_short(count: u64) -> String {
    match count {
        1_000_000.. if count % 1_000_000 < 100_000 => format!("{}M", count / 1_000_000),
        1_000.. => format!("{}K", (count + 500) / 1_000),
        _ => count.to_string(),
    }
}

/// Millionths as an amount, without zeros at its end.
pub fn amount(micro: u64) -> String {
    let (whole, rest) = (micro / 1_000_000, micro % 1_000_000);
    let cents = format!("{rest:06}");
    match cents.trim_end_matches('0') {
        "" => whole.to_string(),
        cents => format!("{whole}.{cents:0<2}"),
    }
}

pub fn sign(currency: Currency) -> &'static str {
    match currency {
        Currency::Usd => "$",
        Currency::Cny => "¥",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        for (micro, text) in [
            (12_345_678, "12.35"),
            (1_000_000, "1.00"),
            (31_400, "0.031"),
            (3_140, "0.0031"),
            (42, "0.000042"),
            (1, "0.000001"),
        ] {
            assert_eq!(money(micro), text);
        }
    }

    #[test]
    fn times_are_written_as_in_their_language() {
        let (english, chinese) = (Language::English, Language::Chinese);
        for (ms, in_english, in_chinese) in [
            (0, "0 s", "0 秒"),
            (5_999, "5 s", "5 秒"),
            (65_000, "1 min 5 s", "1 分 5 秒"),
            (3_600_000, "60 min 0 s", "60 分 0 秒"),
        ] {
            assert_eq!((duration(ms, english).as_str(), duration(ms, chinese).as_str()), (in_english, in_chinese));
        }
        assert_eq!((seconds(99, english).as_str(), seconds(99, chinese).as_str()), ("less than 0.1 s", "不到 0.1 秒"));
        assert_eq!((seconds(12_345, english).as_str(), seconds(12_345, chinese).as_str()), ("12.3 s", "12.3 秒"));
        assert_eq!((month(11, None, english).as_str(), month(11, None, chinese).as_str()), ("November", "11月"));
        let year = Some(2025);
        assert_eq!(
            (month(2, year, english).as_str(), month(2, year, chinese).as_str()),
            ("February 2025", "2025年2月")
        );
    }
}
