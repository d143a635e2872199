//! Which section answers a question best.

use super::{section::Section, words::terms};
use std::collections::{BTreeMap, BTreeSet};

/// How well sections fit questions: BM25 with the usual constants, headings weighing more.
pub struct Index {
    /// For each term, how much of it each section has.
    weights: BTreeMap<String, Vec<(usize, f64)>>,
    lengths: Vec<f64>,
    pages: Vec<f64>,
}

const HEADING: f64 = 4.0;
const ASKED_AS: f64 = 4.0;
const PAGE: f64 = 0.5;

/// The share of the question that a section must have, for it to be an answer.
const COVERED: f64 = 0.5;

impl Index {
    pub fn new(sections: &[Section]) -> Self {
        let mut weights: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
        let mut lengths = vec![];
        for (at, section) in sections.iter().enumerate() {
            let mut own: BTreeMap<String, f64> = BTreeMap::new();
            let heading = if section.heading.is_empty() { &section.page } else { &section.heading };
            let page = if section.heading.is_empty() { "" } else { &section.page };
            let texts = [
                (heading.as_str(), HEADING),
                (&section.asked_as, ASKED_AS),
                (page, PAGE),
                (section.body.as_str(), 1.0),
            ];
            for (text, weight) in texts {
                for term in terms(text) {
                    *own.entry(term).or_default() += weight;
                }
            }
            lengths.push(own.values().sum());
            for (term, weight) in own {
                weights.entry(term).or_default().push((at, weight));
            }
        }
        Self { weights, lengths, pages: sections.iter().map(|section| section.weight).collect() }
    }

    /// The place of the best.
    pub fn best(&self, question: &[String]) -> Option<usize> {
        let question: BTreeSet<_> = question.iter().collect();
        let count = self.lengths.len() as f64;
        let usual = self.lengths.iter().sum::<f64>() / count;
        // How much a term tells: what stands everywhere tells little, and what stands nowhere is missed most.
        let rarity = |in_sections: usize| (1.0 + (count - in_sections as f64 + 0.5) / (in_sections as f64 + 0.5)).ln();
        let mut scores = vec![0.0; self.lengths.len()];
        let mut covered = vec![0.0; self.lengths.len()];
        let mut whole = 0.0;
        for term in question {
            let sections = self.weights.get(term).map_or(&[][..], Vec::as_slice);
            let tells = rarity(sections.len());
            // Half of the pairs in such scripts are the end of one word and the beginning of the next.
            let by_chance = sections.is_empty() && !term.is_ascii();
            whole += if by_chance { tells * 0.3 } else { tells };
            for (at, weight) in sections {
                let long = 0.4 + 0.6 * self.lengths[*at] / usual;
                scores[*at] += self.pages[*at] * tells * weight * 2.2 / (weight + 1.2 * long);
                covered[*at] += tells;
            }
        }
        let fits = |at: &usize| scores[*at] > 0.0 && covered[*at] >= COVERED * whole;
        (0..scores.len()).filter(fits).max_by(|a, b| scores[*a].total_cmp(&scores[*b]))
    }
}
