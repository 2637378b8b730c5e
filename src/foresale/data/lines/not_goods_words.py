"""What shops write on lines that sell nothing: postage, fees, adjustments, vouchers, samples, tests."""

from collections.abc import Mapping
from typing import Final

ALONE: Final[Mapping[str, tuple[str, ...]]] = {
    "postage and delivery": (
        "carriage", "delivery", "freight", "post", "p p", "p h", "s h", "porto", "versand", "fracht", "lieferung",
        "livraison", "transport", "port", "envío", "flete", "spedizione", "trasporto", "frete", "entrega", "verzending",
        "wysyłka", "dostawa", "przesyłka", "doprava", "poštovné", "доставка", "kargo", "gönderim", "frakt", "fragt",
        "toimitus", "postikulut",
    ),
    "fees and charges": (
        "charge", "charges", "commission", "gebühr", "gebühren", "provision", "commissione", "comisión", "comissão",
        "prowizja", "комиссия", "komisyon", "provisie", "frais", "commissions",
    ),
    "discounts": (
        "discount", "discounts", "coupon", "rebate", "rabatt", "nachlass", "remise", "réduction", "descuento", "sconto",
        "desconto", "korting", "rabat", "sleva", "скидка", "indirim", "alennus", "promo code", "store credit",
    ),
    "manual adjustments": (
        "manual", "manuell", "manuel", "adjustment", "adjust", "adjustments", "price adjustment", "korrektur",
        "ajustement", "ajuste", "rettifica", "aanpassing", "korekta", "корректировка", "düzeltme", "rounding",
        "rundung", "write off", "custom amount", "misc", "miscellaneous",
    ),
    "gift cards": (
        "gift", "gutschein", "geschenkgutschein", "voucher", "gift voucher", "cadeaubon", "presentkort", "gavekort",
        "lahjakortti", "подарочный сертификат",
    ),
    "samples": (
        "sample", "samples", "muster", "warenprobe", "échantillon", "échantillons", "muestra", "muestras", "campione",
        "campioni", "amostra", "próbka", "vzorek", "образец", "numune", "staal",
    ),
    "tests": (
        "test", "tests", "test item", "test product", "test order", "test sku", "testartikel", "testprodukt",
        "article test", "produit test", "producto de prueba", "prodotto di prova", "тест", "dummy", "dummy product",
    ),
    "deposits, tips and donations": ("tip", "tips", "donation", "trinkgeld", "pourboire", "propina", "spende", "don",
                                     "donativo", "pfand", "consigne"),
    "bad debt": ("bad debt", "forderungsausfall", "créance irrécouvrable"),
}  # fmt: skip
"""By kind, texts that say so where they stand alone, with nothing but numbers beside them."""

AT_THE_END: Final[Mapping[str, tuple[str, ...]]] = {
    "postage and delivery": (
        "postage", "shipping", "shipping fee", "shipping cost", "shipping costs", "shipping charge", "delivery fee",
        "delivery charge", "next day carriage", "postage and packing", "postage packing", "handling", "handling fee",
        "versandkosten", "portokosten", "lieferkosten", "versandpauschale", "verzendkosten", "bezorgkosten",
        "fraktkostnad", "kargo ücreti", "nakliye", "koszt dostawy", "koszty wysyłki",
    ),
    "fees and charges": (
        "fee", "fees", "bank charges", "bank charge", "surcharge", "commission", "bankgebühren", "bankgebühr",
        "servicegebühr", "bearbeitungsgebühr", "zahlungsgebühr", "bankkosten", "transactiekosten", "hizmet bedeli",
    ),
    "gift cards": ("gift card", "gift cards", "giftcard", "gift voucher", "gift vouchers", "gift certificate", "e gift",
                   "geschenkkarte", "geschenkgutschein", "cadeaukaart", "hediye kartı", "hediye çeki"),
    "bad debt": ("bad debt", "bad debts"),
}  # fmt: skip
"""By kind, texts that say so at the end of a few words: "DOTCOM POSTAGE", not "POSTAGE STAMP TIN"."""

AT_THE_START: Final[Mapping[str, tuple[str, ...]]] = {
    "postage and delivery": (
        "frais de port", "frais de livraison", "frais d expédition", "gastos de envío", "costes de envío",
        "costo de envío", "costos de envío", "spese di spedizione", "costi di spedizione", "custos de envio",
        "taxa de entrega", "shipping to", "shipping for", "postage to", "delivery to", "стоимость доставки",
    ),
    "fees and charges": ("frais bancaires", "frais de dossier", "frais de service", "gastos bancarios",
                         "comisión de", "spese bancarie", "commissione di", "taxa de serviço", "opłata za"),
    "gift cards": ("carte cadeau", "chèque cadeau", "bon cadeau", "tarjeta regalo", "tarjeta de regalo", "vale regalo",
                   "buono regalo", "carta regalo", "vale presente", "cartão presente", "karta podarunkowa",
                   "bon podarunkowy", "dárkový poukaz", "подарочная карта", "подарочный сертификат"),
    "manual adjustments": ("adjustment by", "adjustment for", "manual adjustment",
                           "manual correction"),
    "tests": ("this is a test", "test product", "test item", "please ignore", "do not use"),
    "bad debt": ("adjust bad debt",),
}  # fmt: skip
"""By kind, texts that say so at the beginning of a few words."""

INSIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "postage and delivery": ("运费", "邮费", "快递费", "配送费", "邮资", "補運費", "運費", "送料", "配送料", "배송비",
                             "택배비"),
    "fees and charges": ("手续费", "服务费", "佣金", "手續費", "手数料", "수수료"),
    "manual adjustments": ("差价", "补差", "补拍", "差額調整", "調整金"),
    "discounts": ("优惠券", "满减", "折扣券", "値引", "割引クーポン", "할인쿠폰"),
    "gift cards": ("礼品卡", "代金券", "禮物卡", "ギフトカード", "ギフト券", "商品券", "기프트카드", "상품권"),
    "samples": ("样品", "试用装", "樣品", "サンプル", "샘플"),
    "tests": ("测试", "測試", "テスト商品", "테스트"),
    "bad debt": ("坏账",),
}  # fmt: skip
"""By kind, texts that say so wherever they stand in a short one: scripts that put no spaces between words."""

CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "postage and delivery": ("postage", "shipping", "versand", "versandkosten", "freight", "delivery", "carriage"),
    "fees and charges": ("bankcharges", "amazonfee", "paypalfee", "ebayfee", "fee", "fees", "servicefee"),
    "discounts": ("discount", "coupon", "rabatt", "remise"),
    "manual adjustments": ("manual", "adjust", "adjustment"),
    "gift cards": ("giftcard", "giftvoucher", "voucher", "giftcertificate", "gutschein"),
    "samples": ("samples",),
    "tests": ("testproduct", "testitem", "testsku", "testartikel"),
    "bad debt": ("baddebt",),
}
"""By kind, codes that say so without a text beside them; digits and punctuation aside."""
