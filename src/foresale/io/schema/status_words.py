"""What shops, marketplaces and tills write of an order that brought no sale, and of one that did."""

from collections.abc import Mapping
from typing import Final

NO_SALE: Final[Mapping[str, tuple[str, ...]]] = {
    "cancelled": (
        "cancel", "void", "annul", "anul", "storn", "abgebrochen", "abgelehnt", "geannuleerd", "zrus", "stornovan",
        "отмен", "отказ", "скасован", "iptal", "ακυρ", "batal", "dibatalkan", "huy", "da huy", "avbruten", "avbrutt",
        "avbestil", "kansel", "peruttu", "peruutettu", "torol", "reject", "declin", "denied", "refus", "rechaz",
        "recus", "rifiut", "odrzuc", "ملغ", "الغاء", "ยกเลิก", "取消", "作废", "作廢", "撤单", "撤销", "拒收", "拒签",
        "交易关闭", "订单关闭", "已关闭", "已删除", "交易關閉", "訂單關閉", "已關閉", "キャンセル", "취소", "거절",
    ),
    "returned or refunded": (
        "return", "refund", "reimburs", "rembours", "reembols", "rimbors", "erstattet", "ruckerstatt",
        "zuruckerstatt", "zuruckgezahlt", "zuruckgesendet", "ruckgabe", "rucksendung", "gutschrift", "retour", "retur",
        "devuel", "devoluc", "devolvid", "devoluz", "reso ", "resi ", "restituit", "reversed", "reversal", "chargeback",
        "charged back", "charge back", "credited", "credit note", "credit memo", "avoir", "возврат", "возвращ",
        "повернен", "zwrot", "zwroc", "iade", "vracen", "terugbetaald", "geretourneerd", "aterbetal", "refunder",
        "palautet", "hyvitetty", "visszater", "rambursat", "επιστροφ", "dikembalikan", "hoan tien", "tra hang",
        "مسترد", "مرتجع", "คืนเงิน", "คืนสินค้า", "退款", "退货", "退貨", "返品", "返金", "환불", "반품",
    ),
    "failed": (
        "fail", "error", "expired", "timed out", "timeout", "abandon", "fraud", "suspected fraud", "undeliver",
        "fehlgeschlagen", "fehler", "abgelaufen", "echou", "echec", "expire", "fallid", "falh", "malsucedid", "fallit",
        "expirad", "scadut", "неудач", "ошибк", "не удал", "mislukt", "verlopen", "misslyck", "mislykk", "nieudan",
        "basarısız", "basarisiz", "epaonnistu", "失败", "失敗", "超时", "期限切れ", "실패", "만료",
    ),
    "unpaid": (
        "unpaid", "not paid", "awaiting check payment", "awaiting cheque payment", "awaiting bank wire payment",
        "awaiting bank transfer", "awaiting paypal payment", "warten auf uberweisung", "pending payment",
        "payment pending", "awaiting payment", "waiting payment", "waiting for payment", "wait payment", "payment due",
        "payment required", "to pay", "on hold", "onhold", "holded", "wc pending", "unbezahlt", "nicht bezahlt",
        "zahlung ausstehend", "zahlung offen", "ausstehende zahlung", "wartet auf zahlung", "warten auf zahlung",
        "in wartestellung", "impaye", "non paye", "attente paiement", "attente de paiement", "en attente de paiement",
        "en attente du paiement", "en attente", "pendiente de pago", "pago pendiente", "en espera", "impagad",
        "no pagad", "non pagat", "in attesa di pagamento", "in attesa del pagamento", "pagamento in sospeso",
        "in sospeso", "aguardando pagamento", "pagamento pendente", "nao pag", "ожидает оплат", "ожидание оплат",
        "ожидается оплат", "не оплач", "неоплач", "oczekuje na płatnosc", "oczekujace na płatnosc", "nieopłac",
        "odeme bekl", "odenmedi", "wacht op betaling", "in afwachting van betaling", "niet betaald", "onbetaald",
        "obetald", "ubetalt", "menunggu pembayaran", "belum bayar", "cho thanh toan", "รอชำระ", "等待买家付款",
        "等待付款", "待付款", "未付款", "待支付", "未支付", "等待支付", "等待買家付款", "入金待ち", "未入金",
        "支払い待ち", "支払待ち", "未払い", "결제대기", "결제 대기", "입금대기", "입금 대기", "미결제", "미입금",
    ),
    "no order": (
        "draft", "checkout draft", "trash", "quote", "quotation", "entwurf", "brouillon", "borrador", "bozza",
        "rascunho", "черновик", "草稿", "下書き", "adjustment", "transfer out",
    ),
}  # fmt: skip
"""Beginnings of words, by what became of the order."""

CLOSED: Final = (
    "closed", "close", "geschlossen", "ferme", "cloture", "cerrad", "chius", "fechad", "закрыт", "zamkniet", "kapalı",
    "gesloten", "stangd", "关闭", "關閉", "クローズ", "종료",
)  # fmt: skip
"""Refunded or cancelled where another word says that an order is done; else this is the word for done."""

SALE_ALL_THE_SAME: Final = (
    "partial", "partially", "partly", "partiel", "parcial", "parzial", "teil", "частич", "czesciowo", "kısmi",
    "gedeeltelijk", "delvis", "部分", "一部", "부분", "not cancel", "not refund", "not return", "no refund",
    "no return", "non refund", "non return", "never return", "without return", "refund reject", "refund denied",
    "refund declin", "refund cancel", "refund clos", "refund fail", "refund refus", "return reject", "return denied",
    "return declin", "return cancel", "return clos", "return refus", "returning", "cancellation reject",
    "en attente d exped", "en attente de livraison", "en attente d envoi", "en espera de envio",
    "cancellation denied", "cancellation declin", "cancel reject", "cancel denied", "退款关闭", "退款失败", "退款取消",
    "撤销退款", "没有退款", "没有申请退款", "无退款", "未退款", "拒绝退款", "退货关闭",
)  # fmt: skip
"""What is not undone, or not wholly, whatever the other words are."""

DONE: Final = (
    "complet", "done", "finish", "success", "shipped", "deliver", "fulfil", "paid", "dispatched", "abgeschlossen",
    "geliefert", "versandt", "versendet", "bezahlt", "erledigt", "termine", "livre", "expedie", "paye", "terminad",
    "entregad", "enviad", "pagad", "pago", "concluid", "consegnat", "spedit", "pagat", "выполнен", "доставлен",
    "отправлен", "оплачен", "zrealizowan", "wysłan", "dostarczon", "opłacon", "tamamlan", "teslim", "voltooid",
    "verzonden", "afgerond", "selesai", "hoan thanh", "成功", "完成", "已发货", "已付款", "已签收", "已收货", "完了",
    "発送済", "出荷済", "入金済", "支払済", "완료", "배송",
)  # fmt: skip
"""What speaks of an order that is a sale."""

UNDER_WAY: Final = (
    "processing", "process", "pending", "open", "new", "confirmed", "accepted", "authori", "invoiced", "ordered",
    "order", "sale", "sold", "packed", "picked", "in transit", "ready", "backorder", "in bearbeitung", "offen",
    "verkauf", "bestellung", "en cours", "vente", "commande", "procesando", "pedido", "venta", "processando", "venda",
    "vendita", "ordine", "обработ", "заказ", "продаж", "发货", "处理中", "销售", "订单", "処理中", "注文", "販売",
    "처리", "주문", "판매",
)  # fmt: skip
"""What speaks of an order that will be one."""
