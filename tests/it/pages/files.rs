//! Lists of pages as files: every list has them, and a name cannot be a formula in any.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    scene::{INES, NIA, THEO},
    world::World,
};

at_both_doors! {
    every_list_of_administration_is_a_file_too
    an_empty_list_says_what_comes_and_how_to_begin
}

/// A list, who looks at it, and what the table's first line names.
const LISTS: [(&str, &str, &str); 15] = [
    ("/administration/accounts", NIA, "Section,Person,Mail address,Roles,Second factor,Account"),
    ("/administration/organizations", NIA, "Section,Organization,Side,In the office,Kind,Sector"),
    ("/administration/invitations", NIA, "Section,Person,Mail address,Organization,Roles,How,Mailed,State"),
    ("/administration/mail", NIA, "Section,Queued,Notice,Record,Recipient,Outcome,Tries"),
    (
        "/mail-problems",
        NIA,
        "Section,Notice,Record,Recipient,Legally operative,What became of it,Status code of the report,Found",
    ),
    ("/administration/milestones", THEO, "Section,What is to be done,By whom,Day,Known,Source,Entered"),
    ("/administration/working-days", THEO, "Section,Day,Why,Edition,Holiday,Observed on"),
    ("/administration/framework", THEO, "Section,Version,State,From,Authority,Differences,Drafted"),
    ("/administration/figures", INES, "Section,Stage,Records,Step,Deadline,Measured,\"Median, days\""),
    ("/administration/health", NIA, "Section,Part,State,Why,Job,Last run,Next run at the latest,Took"),
    ("/administration/mail/templates", NIA, "Section,Mail,What it usually asks,Sentences that it may carry"),
    ("/windows/month", INES, "Section,Day,Weekday,Windows,Due"),
    ("/account", INES, "Section,Signed in,Last request,Ends at the latest,How,Which"),
    ("/permissions", INES, "Section,Act,Stages,Who learns of it,Roles that may"),
    ("/search", INES, "kind,reference,stage,title"),
];

async fn every_list_of_administration_is_a_file_too(w: World) {
    let made = w.post(NIA, "organizations", &json!({ "name": "=1+1 Clinic", "side": "partner" })).await;
    assert!(made.status.is_success(), "{}", made.body);
    let person = json!({
        "email": "sum@one.example.com", "name": "@SUM(A1)", "organization": made.body["id"],
        "roles": ["TC"],
    });
    let made = w.post(NIA, "invitations", &person).await;
    assert!(made.status.is_success(), "{}", made.body);
    let view = w.post(INES, "saved-views", &json!({ "name": "+Mine", "query": "is:overdue" })).await;
    assert!(view.status.is_success(), "{}", view.body);
    for (path, who, head) in LISTS {
        let desk = Desk::signed_in(&w, who).await;
        let page = desk.get(path).await.is(200, path);
        for (format, kind) in [("csv", "text/csv"), ("json", "application/json")] {
            let links = page.all("main a[href*='format=']", "href");
            let link =
                links.into_iter().find(|link| link.ends_with(&format!("format={format}")) && !link.contains("/views"));
            let link = link.unwrap_or_else(|| panic!("{path} has no link to {format}"));
            let file = desk.get(&link).await.is(200, &link);
            assert!(file.header("content-type").starts_with(kind), "{link}: {}", file.header("content-type"));
            if format == "csv" {
                assert!(file.text.starts_with(head), "{link}: {}", file.text);
                assert!(file.header("content-disposition").starts_with("attachment; filename="), "{link}");
            } else {
                let body: Value = serde_json::from_str(&file.text).expect("JSON");
                let csv = desk.get(&link.replace("format=json", "format=csv")).await.is(200, "the same as a table");
                let records = csv.text.matches("\r\n").count() - 1;
                assert_eq!(body["items"].as_array().map(Vec::len), Some(records), "{link}: the same rows");
            }
        }
        desk.ask(Method::GET, &format!("{path}?format=xml"), &[], None).await.is(400, path);
    }
    let nia = Desk::signed_in(&w, NIA).await;
    for (path, guarded) in [
        ("/administration/organizations?format=csv", ",'=1+1 Clinic,"),
        ("/administration/invitations?format=csv", ",'@SUM(A1),sum@one.example.com,'=1+1 Clinic,"),
    ] {
        let file = nia.get(path).await.is(200, path);
        assert!(file.text.contains(guarded), "{path}: {}", file.text);
    }
    let account = format!("/administration/accounts/{}", w.account(INES));
    for (path, head) in [
        (format!("{account}?format=csv"), "Section,Role,Asked by,Asked,Counts since,Confirmed by\r\n"),
        (format!("{account}/sessions?format=csv"), "Section,Signed in,Last request,Ends at the latest,Held by,How\r\n"),
    ] {
        let file = nia.get(&path).await.is(200, &path);
        assert!(file.text.starts_with(head), "{path}: {}", file.text);
    }
    let ines = Desk::signed_in(&w, INES).await;
    let links = ines.get("/search").await.is(200, "the views").all("#views a[href*='format=']", "href");
    assert_eq!(links, ["/views?format=csv", "/views?format=json"]);
    let views = ines.get("/views?format=csv").await.is(200, "views");
    assert!(views.text.contains("\r\nKept views,'+Mine,Search,is:overdue,Ines Varga,Yes,No,No\r\n"), "{}", views.text);
    w.stop().await;
}

async fn an_empty_list_says_what_comes_and_how_to_begin(w: World) {
    const DANA: &str = "dana.whitlow@fado.test";
    const CARL: &str = "carl.dietz@fado.test";
    const BEA: &str = "bea.tran@cedarhollow.example.com";
    let empty = async |who: &str, path: &str| {
        let page = Desk::signed_in(&w, who).await.get(path).await.is(200, path);
        (page.told("main > .ar-empty"), page.all("main > p.ar-cluster a", "href"))
    };
    let cases = [
        (
            INES,
            "/releases",
            "that your organization registers",
            "“Register a model release” begins one.",
            "/new/release",
        ),
        (INES, "/inquiries", "What your organization asks", "“Draft an inquiry” begins one.", "/new/inquiry"),
        (INES, "/engagements", "your organization’s releases", "begins one.", "/new/engagement"),
        (INES, "/conditions", "either side attaches it", "choose “Begin something here”.", "/engagements"),
        (DANA, "/nominations", "proposes a trusted partner", "open its engagement and choose", "/engagements"),
        (DANA, "/engagements", "when its developer proposes it", "", ""),
        (BEA, "/grants", "a partner’s contact requests it", "open its nomination and choose", "/nominations"),
        (BEA, "/nominations", "when your organization is told of it", "", ""),
        (CARL, "/engagements", "Enter the reference of a record", "", ""),
        (INES, "/search", "Your worklist says what waits for you.", "", ""),
        (INES, "/windows?from=2030-01-01&to=2030-02-01", "Choose other days above, or look earlier or later.", "", ""),
        (INES, "/windows/month?month=2030-01", "Look at the month before or after it.", "", ""),
        (NIA, "/administration/mail?outcome=bounced", "Choose “Any”, or leave the reference empty.", "", ""),
        (THEO, "/administration/framework", "“Draft a version” brings the first.", "", ""),
    ];
    for (who, path, comes, begins, way) in cases {
        let desk = Desk::signed_in(&w, who).await;
        let page = desk.get(path).await.is(200, path);
        let (said, ways) = (page.told("main .ar-empty"), page.all("main p.ar-cluster a", "href"));
        assert!(said.contains(comes) && said.contains(begins), "{who} {path}: {said}");
        assert!(way.is_empty() || ways.iter().any(|link| link == way), "{who} {path}: {ways:?}");
        assert!(!said.contains("Take a term away"), "{who} {path}: nothing was asked for");
        if !way.is_empty() {
            desk.get(way).await.is(200, way);
        }
    }
    let (said, _) = empty(DANA, "/engagements").await;
    assert!(!said.contains("begin one"), "who may not begin one is told no way: {said}");
    let (said, _) = empty(INES, "/engagements?q=heron").await;
    assert!(said.contains("Take a term away"), "{said}");
    w.stop().await;
}
