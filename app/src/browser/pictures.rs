//! Pictures that a person gives to the page: chosen, pasted or dropped.

use super::page::Listener;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, ClipboardEvent, DataTransfer, DragEvent, Element, Event, EventTarget, File,
    FileList, HtmlCanvasElement, HtmlInputElement, ImageBitmap, RequestInit, Response, Url, window,
};

/// A side that a picture has at most when it leaves the browser, in pixels; the server has the same number.
const SIDE: f64 = 2048.0;
/// A picture of more bytes is drawn anew, whatever its size: proxies often let no more than a megabyte through.
const LARGE: f64 = 9e5;
/// How it is drawn anew, until it is not large any more: a screenshot stays sharp where it can.
const WAYS: [(&str, f64); 4] = [("image/png", 1.0), ("image/jpeg", 0.92), ("image/jpeg", 0.8), ("image/jpeg", 0.6)];

/// What is on the page while something is dragged over it, for styles.
const DRAGGED: &str = "data-dragged";

/// A picture that the browser holds, with an address at which this page can show it.
pub struct Picture {
    blob: Blob,
    url: String,
    name: String,
}

impl Picture {
    fn new(file: File) -> Option<Self> {
        let url = Url::create_object_url_with_blob(&file).ok()?;
        Some(Self { url, name: file.name(), blob: file.into() })
    }

    /// What the file is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sends it to this address, drawn smaller where it is large. Gives the answer's status and text; none when nothing
    /// answered.
    pub async fn send(&self, to: &str) -> Option<(u16, String)> {
        // What the browser cannot draw, the server says what is wrong with.
        let drawn = drawn_smaller(&self.blob).await.ok().flatten();
        let body = drawn.as_ref().unwrap_or(&self.blob);
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_body(body);
        let answer = JsFuture::from(window()?.fetch_with_str_and_init(to, &init)).await.ok()?;
        let answer: Response = answer.unchecked_into();
        let text = JsFuture::from(answer.text().ok()?).await.ok()?;
        Some((answer.status(), text.as_string()?))
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        // An address that is not known any more is no loss.
        let _ = Url::revoke_object_url(&self.url);
    }
}

/// Lets a person choose pictures; gives `take` those, and how many files were none. Nothing is given where nothing was
/// chosen.
pub fn choose_pictures(take: impl FnOnce((Vec<Picture>, usize)) + 'static) {
    let made = window().and_then(|window| window.document()).and_then(|document| document.create_element("input").ok());
    let Some(input) = made.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else { return };
    input.set_type("file");
    input.set_accept("image/*");
    input.set_multiple(true);
    let held = input.clone();
    let chosen = Closure::once_into_js(move || take(pictures_of(held.files())));
    input.set_onchange(Some(chosen.unchecked_ref()));
    input.click();
}

/// Gives `take` the pictures that are pasted into an element, or dropped there; without one, anywhere on the page where
/// nobody else took them; and how many files were no pictures.
pub fn on_pictures(target: Option<&Element>, take: impl Fn((Vec<Picture>, usize)) + Clone + 'static) -> Vec<Listener> {
    let document = window().and_then(|window| window.document());
    let Some(target) = target.map(|element| element.clone().into()).or(document.map(EventTarget::from)) else {
        return Vec::new();
    };
    let paste = take.clone();
    let pasted = move |event: Event| {
        let data = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
        let Some(data) = data.filter(|data| !event.default_prevented() && holds(data, "Files")) else { return };
        // Cells of a table come as text and as their picture.
        if !holds(&data, "text/plain") {
            event.prevent_default();
            paste(pictures_of(data.files()));
        }
    };
    let over = |event: Event| {
        if dropped_files(&event).is_some() {
            // Else the browser would show the file instead of the page.
            event.prevent_default();
            super::set_root_attribute(DRAGGED, Some(""));
        }
    };
    let left = |event: Event| {
        let outside = event.dyn_ref::<DragEvent>().is_none_or(|event| event.related_target().is_none());
        if outside {
            super::set_root_attribute(DRAGGED, None);
        }
    };
    let dropped = move |event: Event| {
        super::set_root_attribute(DRAGGED, None);
        if let Some(data) = dropped_files(&event).filter(|_| !event.default_prevented()) {
            event.prevent_default();
            take(pictures_of(data.files()));
        }
    };
    let listeners = [
        Listener::new(target.clone(), "paste", pasted),
        Listener::new(target.clone(), "dragover", over),
        Listener::new(target.clone(), "dragleave", left),
        Listener::new(target, "drop", dropped),
    ];
    listeners.into_iter().flatten().collect()
}

fn dropped_files(event: &Event) -> Option<DataTransfer> {
    event.dyn_ref::<DragEvent>()?.data_transfer().filter(|data| holds(data, "Files"))
}

fn holds(data: &DataTransfer, kind: &str) -> bool {
    data.types().includes(&JsValue::from_str(kind), 0)
}

fn pictures_of(files: Option<FileList>) -> (Vec<Picture>, usize) {
    let Some(files) = files else { return Default::default() };
    let all: Vec<_> = (0..files.length()).filter_map(|index| files.get(index)).collect();
    let count = all.len();
    let pictures: Vec<_> =
        all.into_iter().filter(|file| file.type_().starts_with("image/")).filter_map(Picture::new).collect();
    let others = count - pictures.len();
    (pictures, others)
}

/// The picture, not larger than a model looks at; none where it is small enough as it is.
async fn drawn_smaller(blob: &Blob) -> Result<Option<Blob>, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    let bitmap: ImageBitmap = JsFuture::from(window.create_image_bitmap_with_blob(blob)?).await?.unchecked_into();
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (SIDE / width.max(height)).min(1.0);
    let kind = blob.type_();
    let known = matches!(kind.as_str(), "image/png" | "image/jpeg" | "image/webp" | "image/gif");
    if known && scale == 1.0 && blob.size() <= LARGE {
        return Ok(None);
    }
    let (width, height) = ((width * scale).round(), (height * scale).round());
    let canvas = window.document().ok_or(JsValue::NULL)?.create_element("canvas")?;
    let canvas: HtmlCanvasElement = canvas.unchecked_into();
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    // Whoever does not know it draws as it does.
    let _ = Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into());
    context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width, height)?;
    bitmap.close();
    // Photographs come without loss far too large.
    let skipped = usize::from(matches!(kind.as_str(), "image/jpeg" | "image/heic"));
    let mut made = None;
    for (to, quality) in &WAYS[skipped..] {
        let drawn = JsFuture::from(blob_of(&canvas, to, *quality)).await?.dyn_into::<Blob>()?;
        let fits = drawn.size() <= LARGE;
        made = Some(drawn);
        if fits {
            break;
        }
    }
    Ok(made)
}

/// What is on the canvas, in this format; null where the browser cannot.
fn blob_of(canvas: &HtmlCanvasElement, to: &str, quality: f64) -> Promise {
    Promise::new(&mut |resolve: Function, reject: Function| {
        let resolve = Closure::once_into_js(move |blob: JsValue| resolve.call1(&JsValue::NULL, &blob).map(drop));
        let asked =
            canvas.to_blob_with_type_and_encoder_options(resolve.unchecked_ref(), to, &JsValue::from_f64(quality));
        if let Err(error) = asked {
            // It throws only where there is nobody to tell.
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    })
}
