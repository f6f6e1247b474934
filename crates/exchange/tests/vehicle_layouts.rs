//! What other programs of car dealers write is recognised at sight and taken completely.

mod known;

use known::{read, says};
use serde_json::{Value as Json, json};

/// The vehicle is of a layout and says this.
fn vehicle(file: &str, layout: &str, expected: Json) {
    says("auto", file, layout, &[expected]);
}

/// A table of one row, written as `column: cell | column: cell`.
fn table(row: &str) -> String {
    let cells = row.split(" | ").filter_map(|c| c.split_once(": "));
    let quoted = |cell: &str| format!("\"{}\"", cell.trim());
    let (names, cells): (Vec<String>, Vec<String>) =
        cells.map(|(n, c)| (quoted(n), quoted(c))).unzip();
    format!("{}\n{}\n", names.join(","), cells.join(","))
}

/// A line of mobile.de's file, written as `place cell, place cell`.
fn upload(places: &str) -> String {
    let mut cells = vec![String::new(); 206];
    for (place, cell) in places.split(", ").filter_map(|p| p.split_once(' ')) {
        cells[place.parse::<usize>().expect("a place")] = format!("\"{cell}\"");
    }
    cells.join(";") + "\r\n"
}

#[test]
fn the_file_for_mobile_de_is_read_by_its_places() {
    let places = "0 471100, 1 M-1, 2 Car.EstateCar, 3 Volkswagen, 4 Passat 2.0 TDI, 5 110, 6 05.2026, 8 03.2019, \
        9 84500, 10 18990, 11 0, 13 0, 14 WVWZZZ3CZKE000001, 15 0, 16 Blau, 17 2, 18 0, 20 0, 21 0, 25 Gepflegt, 27 1, \
        28 EUR, 31 1, 34 1, 37 1, 42 5, 43 4, 46 1, 52 1968, 55 2140, 60 5, 61 6, 64 1, 65 1, 96 5.4, 97 4.1, \
        98 4.6, 99 121, 100 1, 101 1, 102 1, 103 1, 109 2, 110 3, 158 1";
    let one = upload(places);
    let classic = upload(
        &places
            .replace("1 M-1", "1 M-2")
            .replace("13 0, 14 WVWZZZ3CZKE000001", "13 1"),
    );
    let expected = json!({
        "ref": "M-1", "make": "Volkswagen", "power_kw": 110, "mileage_km": 84500, "price": 18990,
        "currency": "EUR", "vat_deductible": true, "vin": "WVWZZZ3CZKE000001", "damaged": false, "colour": "blue",
        "climate": "automatic", "commercial_use": false, "condition": "used", "description": "Gepflegt", "metallic": true,
        "options": ["alloy_wheels", "cruise_control", "heated_seats", "navigation", "parking_rear", "preheating", "tow_bar", "xenon"],
        "doors": 5, "green_sticker": "green", "service_book": true, "displacement_cc": 1968,
        "gross_weight_kg": 2140, "seats": 5, "emission_class": "euro6", "consumption_urban_l": 5.4, "consumption_extra_l": 4.1,
        "consumption_l": 4.6, "co2_g_km": 121, "particle_filter": true, "fuel": "diesel", "gearbox": "automatic", "owners": 1,
        "raw": null,
    });
    let two = json!({"ref": "M-2", "condition": "classic"});
    says("auto", &(one + &classic), "mobile.de CSV", &[expected, two]);
}

#[test]
fn an_ad_of_mobile_de_is_a_vehicle() {
    let ad = r#"{"mobileSellerId": "9", "mobileAdId": "77", "internalNumber": "J-1", "vehicleClass": "Car", "category": "OffRoad", "make": "BMW",
        "model": "X1", "modelDescription": "X1 sDrive18d", "condition": "USED", "firstRegistration": "202103", "mileage": 41000,
        "power": 110, "cubicCapacity": 1995, "fuel": "DIESEL", "gearbox": "AUTOMATIC_GEAR", "driveType": "FRONT", "vin": "WBAZZZ00000000001",
        "seats": 5, "doors": "FOUR_OR_FIVE", "exteriorColor": "BLACK", "metallic": true, "climatisation": "AUTOMATIC_CLIMATISATION_2_ZONES",
        "emissionClass": "EURO6D_TEMP", "emissionSticker": "EMISSIONSSTICKER_GREEN", "interiorType": "PARTIAL_LEATHER", "interiorColor": "GREY",
        "damageUnrepaired": false, "numberOfPreviousOwners": 1, "generalInspection": "202603", "navigationSystem": true, "abs": true,
        "price": {"consumerPriceGross": "27990.00", "dealerPriceGross": "25000.00", "vatRate": "19.00", "type": "FIXED", "currency": "EUR"},
        "description": "Top", "images": [{"ref": "https://m.example.org/1.jpg"}, {"ref": "https://m.example.org/2.jpg"}]}"#;
    let expected = json!({
        "ref": "J-1", "make": "BMW", "condition": "used", "mileage_km": 41000, "power_kw": 110, "displacement_cc": 1995,
        "fuel": "diesel", "gearbox": "automatic", "drive": "front", "vin": "WBAZZZ00000000001", "seats": 5, "doors": 5, "colour": "black",
        "metallic": true, "climate": "two_zone", "emission_class": "euro6d", "green_sticker": "green", "upholstery": "part_leather",
        "interior_colour": "grey", "damaged": false, "owners": 1, "price": 27990, "currency": "EUR", "negotiable": false,
        "photos": ["https://m.example.org/1.jpg", "https://m.example.org/2.jpg"], "raw": {"price/vatRate": "19.00"},
    });
    vehicle(ad, "mobile.de JSON", expected.clone());
    vehicle(&format!("{{\"ads\": [{ad}]}}"), "mobile.de JSON", expected);
}

#[test]
fn a_table_of_homenet_is_in_miles_and_dollars() {
    let file = table(
        "DealerName: Example Motors | DealerZip: 00000 | Type: Used | Stock: S-1 | VIN: 1FTZZZ00000000001 | Year: 2019 | \
         Make: Ford | Model: F-150 | Body: Pickup | Trim: XLT | Doors: 4 | ExteriorColor: White | InteriorColor: Black | \
         EngineCylinders: 6 | EngineDisplacement: 3.5 | Transmission: Automatic | Miles: 42000 | SellingPrice: 31500 | \
         MSRP: 52000 | Invoice: 29000 | Certified: False | DateInStock: 2024-05-02 | Description: Clean | \
         Options: ABS,Cruise Control | Categorized Options: Safety:ABS | Ext_Color_Code: YZ | Int_Upholstery: Cloth | \
         Engine_Description: 3.5 V6 | Transmission_Speed: 10 | Drivetrain: 4WD | Fuel_Type: Gasoline | \
         PassengerCapacity: 5 | ExtColorHexCode: FFFFFF | \
         ImageList: https://h.example.org/1.jpg,https://h.example.org/2.jpg",
    );
    let expected = json!({
        "ref": "S-1", "vin": "1FTZZZ00000000001", "year": 2019, "make": "Ford", "condition": "used", "body": "pickup", "version": "XLT",
        "doors": 4, "colour": "white", "interior_colour": "black", "cylinders": 6, "displacement_l": 3.5, "gearbox": "automatic",
        "mileage_mi": 42000, "price": 31500, "price_old": 52000, "currency": "USD", "purchase_price": 29000, "purchase_date": "2024-05-02",
        "description": "Clean", "options": ["ABS", "Cruise Control"], "engine_name": "3.5 V6", "gears": 10, "drive": "all", "fuel": "petrol",
        "upholstery": "cloth", "seats": 5, "photos": ["https://h.example.org/1.jpg", "https://h.example.org/2.jpg"],
        "raw": {"Certified": "False"},
    });
    vehicle(&file, "HomeNet IOL", expected);
}

#[test]
fn a_table_of_vauto_is_in_miles_and_dollars() {
    let file = table(
        "Stock #: V-1 | VIN: 2HGZZZ00000000001 | New/Used: Used | Year: 2020 | Make: Honda | Model: Civic | Series: EX | \
         Odometer: 30,512 | Internet Price: $18,995 | MSRP: 24000 | Unit Cost: 16000 | Ext Color: Blue | Int Color: Grey | \
         Transmission: CVT | Days: 12 | Photo URLs: https://v.example.org/1.jpg|https://v.example.org/2.jpg",
    );
    let expected = json!({
        "ref": "V-1", "vin": "2HGZZZ00000000001", "condition": "used", "year": 2020, "make": "Honda", "version": "EX", "mileage_mi": 30512,
        "price": 18995, "currency": "USD", "price_old": 24000, "purchase_price": 16000, "colour": "blue", "interior_colour": "grey",
        "gearbox": "automatic", "stock_days": 12, "photos": ["https://v.example.org/1.jpg", "https://v.example.org/2.jpg"], "raw": null,
    });
    vehicle(&file, "vAuto", expected);
}

#[test]
fn a_table_of_ax10_is_in_miles_and_dollars() {
    let file = table(
        "stock: A-1 | title: Used | vin: 3FAZZZ00000000001 | year: 2018 | make: Ford | model: Fusion | trim: SE | \
         free_text: call us | type: CARS & TRUCKS & VANS | body: Sedan | mileage: 61000 | price_current: 11900 | \
         price_wholesale: 9000 | price_cost: 8500 | InternetPrice: 11900 | MSRP: 24000 | exterior: Red | interior: Black | \
         doors: 4 | engine: 2.5 I4 | transmission: Automatic | drive_type: FWD | fuel_type: Gasoline | \
         warranty_description: 3 months | description: Runs | \
         pics: https://x.example.org/1.jpg;https://x.example.org/2.jpg | options: ABS",
    );
    let expected = json!({
        "ref": "A-1", "condition": "used", "mileage_mi": 61000, "price": 11900, "price_old": 24000,
        "purchase_price": 8500, "colour": "red", "interior_colour": "black", "doors": 4, "engine_name": "2.5 I4", "gearbox": "automatic",
        "drive": "front", "fuel": "petrol", "options": ["ABS"], "photos": ["https://x.example.org/1.jpg", "https://x.example.org/2.jpg"],
        "raw": null,
    });
    vehicle(&file, "AX10", expected);
}

#[test]
fn a_feed_of_google_says_unit_and_currency_in_its_cells() {
    let file = table(
        "vin: WVWZZZ00000000002 | id: G-1 | store_code: S9 | dealership_name: Example | dealership_address: 1 Road | \
         image_link: https://g.example.org/1.jpg | additional_image_link: https://g.example.org/2.jpg | \
         link: https://g.example.org/car | date_in_stock: 2024-05-02 | price: 17610 EUR | vehicle_msrp: 31000 EUR | \
         condition: used | make: Volkswagen | model: Touran | trim: 1.6 TDI | year: 2017 | mileage: 90905 km | \
         exterior_color: Black | certified_pre_owned: no",
    );
    let expected = json!({
        "ref": "G-1", "price": 17610, "currency": "EUR", "price_old": 31000, "condition": "used", "version": "1.6 TDI", "mileage_km": 90905,
        "purchase_date": "2024-05-02", "photos": ["https://g.example.org/1.jpg", "https://g.example.org/2.jpg"],
        "raw": {"certified_pre_owned": "no"},
    });
    vehicle(&file, "Google vehicle listings", expected);
}

#[test]
fn a_catalogue_of_meta_is_the_same_as_table_and_as_document() {
    let expected = json!({
        "ref": "F-1", "title": "2019 Škoda Fabia", "make": "Škoda", "year": 2019, "mileage_km": 80467, "gearbox": "automatic",
        "fuel": "petrol", "body": "hatchback", "drive": "front", "vin": "TMBZZZ00000000001", "price": 12690, "currency": "EUR",
        "colour": "white", "condition": "used", "photos": ["https://f.example.org/1.jpg", "https://f.example.org/2.jpg"],
        "raw": null,
    });
    let file = table(
        "vehicle_id: F-1 | title: 2019 Škoda Fabia | description: Nice | url: https://f.example.org/car | make: Škoda | \
         model: Fabia | year: 2019 | mileage.value: 50000 | mileage.unit: MI | image[0].url: https://f.example.org/1.jpg | \
         image[0].tag[0]: front | image[1].url: https://f.example.org/2.jpg | transmission: AUTOMATIC | \
         fuel_type: GASOLINE | body_style: HATCHBACK | drivetrain: FWD | vin: TMBZZZ00000000001 | price: 12690.00 EUR | \
         address.addr1: 1 Street | address.city: Namur | address.country: BE | exterior_color: White | \
         state_of_vehicle: CPO | availability: available | custom_label_0: x",
    );
    vehicle(&file, "Meta automotive catalogue", expected.clone());
    let document = r#"<?xml version="1.0"?><listings><title>Cars</title><listing><vehicle_id>F-1</vehicle_id><title>2019 Škoda Fabia</title>
        <description>Nice</description><url>https://f.example.org/car</url><make>Škoda</make><model>Fabia</model><year>2019</year>
        <mileage><value>50000</value><unit>MI</unit></mileage><image><url>https://f.example.org/1.jpg</url><tag>front</tag></image>
        <image><url>https://f.example.org/2.jpg</url></image><transmission>AUTOMATIC</transmission><fuel_type>GASOLINE</fuel_type>
        <body_style>HATCHBACK</body_style><drivetrain>FWD</drivetrain><vin>TMBZZZ00000000001</vin><price>12690.00 EUR</price>
        <address format="simple"><component name="addr1">1 Street</component><component name="city">Namur</component><component name="country">BE</component></address>
        <exterior_color>White</exterior_color><state_of_vehicle>CPO</state_of_vehicle><availability>available</availability></listing></listings>"#;
    vehicle(document, "Meta automotive catalogue", expected);
    let (_, listings) = read("auto", document);
    assert_eq!(listings[0]["place"]["town"], "Namur", "{listings:#?}");
}

#[test]
fn an_ad_of_ubiflow_says_by_codes_what_it_sells() {
    let file = r#"{"advertiser": {"code": "ag000001"}, "reference": "U-1", "source": {"code": "example"}, "inputAt": "2024-05-02T00:00:00+00:00",
        "status": "A", "transaction": {"code": "O", "price": 15490.0}, "productType": {"description": "Berline"}, "title": "Peugeot 308",
        "description": "Première main.", "descriptionEnglish": "One owner.", "data": [{"code": "marque", "value": "Peugeot"},
        {"code": "modele", "value": "308"}, {"code": "kilometrage", "value": 61200}, {"code": "energie", "value": "Diesel"},
        {"code": "visite_virtuelle", "value": "https://u.example.org/tour"}, {"code": "nuancier", "value": "K7"}],
        "mediaSupports": {"pictures": [{"sourceUrl": "https://u.example.org/1.jpg"}, {"sourceUrl": "https://u.example.org/2.jpg"}], "documents": []}}"#;
    let expected = json!({
        "ref": "U-1", "price": 15490, "currency": "EUR", "condition": "used", "make": "Peugeot",
        "model": "308", "mileage_km": 61200, "fuel": "diesel", "video_url": "https://u.example.org/tour", "published_at": "2024-05-02",
        "photos": ["https://u.example.org/1.jpg", "https://u.example.org/2.jpg"], "raw": {"data/nuancier": "K7"},
    });
    vehicle(file, "Ubiflow", expected);
}

#[test]
fn a_stock_of_leboncoin_mobility_keeps_what_no_description_names() {
    let file = r#"<?xml version="1.0" encoding="UTF-8"?><importfile version="3.4" type="complete"><equipments>
        <equipment id="E-1"><category id="31">Camion</category><sellers><seller>j@example.org</seller></sellers><address>DEPOT</address>
        <brand>Renault</brand><year>2018</year><price>24500</price><couplings>3</couplings></equipment>
        <equipment id="E-2"><category id="31">Camion</category><address>DEPOT</address><brand>Iveco</brand><year>2016</year><price>19900</price></equipment>
        </equipments></importfile>"#;
    let expected = [
        json!({"ref": "E-1", "make": "Renault", "year": 2018, "price": 24500, "location_in_yard": "DEPOT", "raw": {"couplings": "3"}}),
        json!({"ref": "E-2", "make": "Iveco", "price": 19900}),
    ];
    says("auto", file, "leboncoin mobility", &expected);
}

#[test]
fn a_page_that_describes_a_car_is_a_vehicle() {
    let page = r#"{"@context": "https://schema.org", "@type": "Car", "sku": "P-1", "name": "Toyota Yaris", "vehicleIdentificationNumber": "VNKZZZ00000000001",
        "url": "https://p.example.org/1", "image": ["https://p.example.org/1.jpg"], "brand": {"@type": "Brand", "name": "Toyota"}, "model": "Yaris",
        "vehicleModelDate": "2020", "mileageFromOdometer": {"@type": "QuantitativeValue", "value": 25000, "unitCode": "SMI"}, "color": "Red",
        "bodyType": "Hatchback", "vehicleTransmission": "Automatic", "vehicleEngine": {"@type": "EngineSpecification", "fuelType": "Hybrid"},
        "driveWheelConfiguration": "https://schema.org/FrontWheelDriveConfiguration", "itemCondition": "https://schema.org/UsedCondition",
        "numberOfDoors": 5, "vehicleSeatingCapacity": 5, "offers": {"@type": "Offer", "price": 14500, "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}}"#;
    let expected = json!({
        "ref": "P-1", "make": "Toyota", "year": 2020, "mileage_km": 40234, "colour": "red", "body": "hatchback", "gearbox": "automatic",
        "fuel": "hybrid", "drive": "front", "condition": "used", "doors": 5, "seats": 5, "price": 14500, "currency": "EUR",
        "raw": null,
    });
    vehicle(page, "schema.org vehicle", expected);
}
