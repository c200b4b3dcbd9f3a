//! Files and what they are taken for: by their bytes, whatever they are called (ASVS 5.2.2).

use std::io::Write as _;

use flate2::{Compression, write::ZlibEncoder};

use super::*;

const HEAD: &str = "%PDF-1.7\n%\u{e2}\u{e3}\n";

fn made(body: &[u8]) -> Vec<u8> {
    let beginning = [HEAD.as_bytes(), b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"].concat();
    [&beginning, body, b"\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"].concat()
}

fn deflated(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let before = format!("7 0 obj\n<< {dictionary} /Length {} >>\nstream\r\n", data.len());
    [before.as_bytes(), data, b"\r\nendstream\nendobj"].concat()
}

fn objects(filter: &str, data: &[u8]) -> Vec<u8> {
    made(&stream(&format!("/Type /ObjStm /N 1 /First 4 {filter}"), data))
}

fn active(name: &'static str) -> Result<(), ContentError> {
    Err(PdfError::Active(name).into())
}

fn refused(error: PdfError) -> Result<(), ContentError> {
    Err(error.into())
}

#[test]
fn a_pdf_is_taken_if_nothing_in_it_can_run() {
    let script = b"8 0 << /S /JavaScript /JS (app.alert(1)) >>";
    let harmless = b"8 0 << /Title (About /J and JS) >>";
    let best = Compression::best();
    let table: Vec<(&str, Vec<u8>, Result<(), ContentError>)> = vec![
        ("plain", made(b""), Ok(())),
        ("a page's stream", made(&stream("/Filter /FlateDecode", &deflated(b"BT (x) Tj ET", best))), Ok(())),
        ("object stream", objects("/Filter /FlateDecode", &deflated(harmless, best)), Ok(())),
        ("plain object stream", objects("", harmless), Ok(())),
        ("JS by chance in a picture", made(&stream("/Filter /DCTDecode", b"\xff\xd8/JS\xfe/AA\xff\xd9")), Ok(())),
        ("white space after the end", [made(b""), b"\r\n".to_vec()].concat(), Ok(())),
        ("script", made(b"<< /S /JavaScript /JS (x) >>"), active("/JavaScript")),
        ("script, escaped", made(b"<< /S /Java#53cript >>"), active("/JavaScript")),
        ("script, escaped whole", made(b"<</#4a#61#76#61#53#63#72#69#70#74/x>>"), active("/JavaScript")),
        ("short script", made(b"<< /JS 9 0 R >>"), active("/JS")),
        ("short script after a comment", made(b"<< /JS % hidden\n(x) >>"), active("/JS")),
        ("launch", made(b"<< /S /Launch /F (cmd.exe) >>"), active("/Launch")),
        ("file within", made(b"<< /EF << /F 9 0 R >> /Type /EmbeddedFile >>"), active("/EmbeddedFile")),
        ("files within", made(b"<< /Names << /EmbeddedFiles 9 0 R >> >>"), active("/EmbeddedFiles")),
        ("open action", made(b"<< /OpenAction [2 0 R /Fit] >>"), active("/OpenAction")),
        ("additional actions", made(b"<< /AA << /O 9 0 R >> >>"), active("/AA")),
        ("encrypted", made(b"trailer << /Encrypt 9 0 R >>"), active("/Encrypt")),
        ("form program", made(b"<< /AcroForm << /XFA 9 0 R >> >>"), active("/XFA")),
        ("script in an object stream", objects("/Filter /FlateDecode", &deflated(script, best)), active("/JavaScript")),
        (
            "script in an object stream that is stored",
            objects("/Filter /FlateDecode", &deflated(script, Compression::none())),
            active("/JavaScript"),
        ),
        ("script in a comment's stream", made(b"%stream\n<< /JavaScript 1 >>"), active("/JavaScript")),
        ("hexadecimal objects", objects("/Filter /ASCIIHexDecode", b"2f4a53"), refused(PdfError::Opaque)),
        ("filtered twice", objects("/Filter [/ASCII85Decode /FlateDecode]", b"8;V"), refused(PdfError::Opaque)),
        (
            "predicted objects",
            objects("/Filter /FlateDecode /DecodeParms << /Predictor 12 >>", &deflated(harmless, best)),
            refused(PdfError::Opaque),
        ),
        ("broken objects", objects("/Filter /FlateDecode", b"not deflated"), refused(PdfError::Opaque)),
        ("cut objects", objects("/Filter /FlateDecode", &deflated(harmless, best)[..12]), refused(PdfError::Opaque)),
        ("objects of no stream", made(b"<< /Type /ObjStm >>"), refused(PdfError::Opaque)),
        ("no end", b"%PDF-1.7\n1 0 obj\n".to_vec(), refused(PdfError::End)),
        ("something after the end", [made(b""), b"MZ and more".to_vec()].concat(), refused(PdfError::End)),
        ("an archive in its tail", [made(b""), b"PK\x05\x06\0\0 %%EOF".to_vec()].concat(), refused(PdfError::Polyglot)),
        (
            "a page in its head",
            [b"%PDF-1.4\n<SCRIPT>1</script>\n", &made(b"")[..]].concat(),
            refused(PdfError::Polyglot),
        ),
        ("something before it", [b"\n".to_vec(), made(b"")].concat(), Err(ContentError::Type(MediaType::Pdf))),
        ("a text", b"# Terms".to_vec(), Err(ContentError::Type(MediaType::Pdf))),
        ("nothing", Vec::new(), Err(ContentError::Type(MediaType::Pdf))),
    ];
    for (what, bytes, expected) in table {
        assert_eq!(is_a(MediaType::Pdf, &bytes), expected, "{what}");
    }
}

#[test]
fn what_unfolds_to_more_than_is_looked_at_is_refused() {
    let page = |size| stream("/Filter /FlateDecode", &deflated(&vec![b' '; size], Compression::best()));
    let two = made(&[page(600), page(600)].concat());
    assert_eq!(pdf::within(&two, 1_200), Ok(()));
    assert_eq!(pdf::within(&two, 1_199), Err(PdfError::TooMuch));
    assert!(two.len() < 600);
}

#[test]
fn a_text_is_taken_if_it_is_utf8_and_begins_like_nothing_that_runs() {
    let table: Vec<(&str, Vec<u8>, Result<(), ContentError>)> = vec![
        ("markdown", b"# Terms\n\n- one\t(1)\r\n".to_vec(), Ok(())),
        ("with a mark of its encoding", "\u{feff}# Terms".into(), Ok(())),
        ("other scripts", "Условия 条款 שלום".into(), Ok(())),
        ("markup within", b"The tag <script> is <b>quoted</b>.".to_vec(), Ok(())),
        ("Latin-1", b"Gr\xfc\xdfe".to_vec(), Err(ContentError::NotUtf8)),
        ("UTF-16", b"\xff\xfeT\0e\0".to_vec(), Err(ContentError::NotUtf8)),
        ("overlong", b"\xc0\xaf".to_vec(), Err(ContentError::NotUtf8)),
        ("a surrogate", b"\xed\xa0\x80".to_vec(), Err(ContentError::NotUtf8)),
        ("NUL", b"a\0b".to_vec(), Err(ContentError::Control)),
        ("escape", b"a\x1b[31mb".to_vec(), Err(ContentError::Control)),
        ("delete", b"a\x7f".to_vec(), Err(ContentError::Control)),
        ("C1", "a\u{85}b".into(), Err(ContentError::Control)),
        ("turned around", "pay \u{202e}001".into(), Err(ContentError::Control)),
        ("isolated", "a\u{2066}b".into(), Err(ContentError::Control)),
        ("line separator", "a\u{2028}b".into(), Err(ContentError::Control)),
        ("page", b"<!DOCTYPE html><p>".to_vec(), Err(ContentError::Runs)),
        ("page after spaces", b" \n\t<HTML>".to_vec(), Err(ContentError::Runs)),
        ("page after a mark", "\u{feff}<html>".into(), Err(ContentError::Runs)),
        ("script", b"<script>alert(1)</script>".to_vec(), Err(ContentError::Runs)),
        ("drawing", b"<svg onload=alert(1)>".to_vec(), Err(ContentError::Runs)),
        ("XML", b"<?xml version='1.0'?>".to_vec(), Err(ContentError::Runs)),
        ("PHP", b"<?php echo 1;".to_vec(), Err(ContentError::Runs)),
        ("shell", b"#!/bin/sh\nrm".to_vec(), Err(ContentError::Runs)),
        ("program", b"MZ\x90\0".to_vec(), Err(ContentError::NotUtf8)),
        ("archive", b"PK\x03\x04\x14\0".to_vec(), Err(ContentError::Control)),
        ("picture", b"\x89PNG\r\n\x1a\n".to_vec(), Err(ContentError::NotUtf8)),
        ("GIF that is a script", b"GIF89a/*\0*/=1".to_vec(), Err(ContentError::Control)),
    ];
    for (what, bytes, expected) in table {
        assert_eq!(is_a(MediaType::Markdown, &bytes), expected, "{what}");
        assert_eq!(is_a(MediaType::Plain, &bytes), expected, "{what}");
    }
    assert_eq!(is_a(MediaType::Plain, &made(b"")), Err(ContentError::Type(MediaType::Plain)));
}

/// Invariant 18: markings are looked for in texts. A PDF's words are not read; who uploads one attests.
#[test]
fn a_text_with_a_classification_marking_is_refused_and_ordinary_words_are_not() {
    let table: [(&str, Result<(), ContentError>); 5] = [
        ("# Terms\n\nTrade secrets stay secret (c) 2026.\n", Ok(())),
        ("CUI//PROPIN\n\n(CUI) Terms.\n", Ok(())),
        ("# Terms\n\nSECRET//NOFORN\n", Err(ContentError::Marked(3))),
        ("(S//NF) Terms.\n", Err(ContentError::Marked(1))),
        ("TOP SECRET\n", Err(ContentError::Marked(1))),
    ];
    for (text, expected) in table {
        assert_eq!(is_a(MediaType::Markdown, text.as_bytes()), expected, "{text:?}");
    }
}
