"""Statuses of orders: what is no sale, in the words of platforms and languages, and what was taken for what."""

import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.data.options import ReadOptions
from foresale.data.read import panel, read_with_report
from foresale.io.schema.statuses import are_statuses, meanings_of, sort_out

NO_SALE = {
    "cancelled": [
        "Cancelled",
        "canceled",
        "wc-cancelled",
        "VOIDED",
        "Shipped - Rejected by Buyer",
        "Storniert",
        "Abgebrochen",
        "Annulée",
        "Anulado",
        "Cancelado",
        "Annullato",
        "Geannuleerd",
        "Anulowane",
        "Отменён",
        "İptal edildi",
        "交易关闭",
        "已取消",
        "订单关闭",
        "キャンセル済み",
        "주문취소",
        "Đã hủy",
        "Dibatalkan",
        "ยกเลิกแล้ว",
    ],
    "returned or refunded": [
        "Refunded",
        "wc-refunded",
        "Return requested",
        "Shipped - Returned to Seller",
        "chargeback",
        "Rückerstattet",
        "Erstattet",
        "Retourniert",
        "Remboursé",
        "Retourné",
        "Reembolsado",
        "Devuelto",
        "Devolvido",
        "Rimborsato",
        "Reso",
        "Возврат",
        "Zwrócone",
        "İade",
        "Terugbetaald",
        "退款成功",
        "退货退款",
        "返品",
        "返金済み",
        "환불",
        "반품",
    ],
    "failed": [
        "failed",
        "wc-failed",
        "payment_error",
        "expired",
        "Fehlgeschlagen",
        "Échouée",
        "Fallido",
        "失败",
        "失敗",
        "실패",
    ],
    "unpaid": [
        "unpaid",
        "Pending payment",
        "pending_payment",
        "wc-pending",
        "on-hold",
        "wc-on-hold",
        "holded",
        "Awaiting Payment",
        "Zahlung ausstehend",
        "In Wartestellung",
        "En attente de paiement",
        "Pendiente de pago",
        "Aguardando pagamento",
        "In attesa di pagamento",
        "Ожидает оплаты",
        "等待买家付款",
        "等待付款",
        "未支付",
        "入金待ち",
        "결제대기",
        "입금 대기",
    ],
    "no order": ["draft", "wc-checkout-draft", "Quote"],
}
SALE = [
    "completed",
    "wc-processing",
    "pending",
    "Shipped",
    "Unshipped",
    "paid",
    "authorized",
    "partially_refunded",
    "Partially returned",
    "teilweise erstattet",
    "Partiellement remboursé",
    "parcialmente reembolsado",
    "部分退款",
    "부분환불",
    "not cancelled",
    "No returns",
    "refund rejected",
    "退款关闭",
    "没有申请退款",
    "resolved",
    "residential",
    "En attente d'expédition",
    "returning customer",
    "Versandt",
    "bezahlt",
    "交易成功",
    "买家已付款，等待卖家发货",
    "卖家已发货，等待买家确认",
    "発送済み",
    "배송완료",
    "Выполнен",
    "",
    "x-ray",
]


def _lines(statuses, **columns):
    days = [f"2024-03-{1 + at % 28:02d}" for at in range(len(statuses))]
    frame = pl.DataFrame({"sku": [f"s{at % 2}" for at in range(len(statuses))], "day": days, "qty": 1.0})
    return frame.with_columns(pl.Series("status", statuses, pl.String), *(pl.Series(k, v) for k, v in columns.items()))


def _note(shop):
    return next(note for note in shop.notes if note.startswith("Orders by their status"))


@pytest.mark.parametrize(("meaning", "status"), [(m, status) for m, found in NO_SALE.items() for status in found])
def test_a_status_of_an_order_that_brought_no_sale_is_told_in_many_words(meaning, status):
    assert meanings_of([status]) == {status: meaning}


@pytest.mark.parametrize("status", SALE)
def test_other_statuses_and_undone_parts_are_sales(status):
    assert meanings_of([status]) == {status: ""}


def test_closed_is_undone_only_beside_a_word_for_done():
    assert meanings_of(["Closed", "open"]) == {"Closed": "", "open": ""}
    assert meanings_of(["Closed", "Complete"]) == {"Closed": "closed", "Complete": ""}


@pytest.mark.parametrize("order", [{}, {"order_id": range(40)}])
def test_lines_without_a_sale_are_left_out_and_each_status_is_named_with_its_units(order):
    shop = panel(_lines(["wc-completed", "wc-cancelled", "wc-failed", "Anulado"] * 10, **order))
    assert shop.sales.sum() == 10
    assert _note(shop).startswith(
        "Orders by their status in 'status': counted 'wc-completed' (10 units); left out 'Anulado' (cancelled: "
        "10 units), 'wc-cancelled' (cancelled: 10 units), 'wc-failed' (failed: 10 units)."
    )


def test_told_statuses_win_in_any_spelling_and_strange_ones_are_said():
    lines = _lines(["done", "On-Hold", "closed", "reserved"] * 5)
    told = {"counted": ["on hold", "closed"], "ignored": ["Reserved", "lost"]}
    shop = panel(lines, status=told, kind="orders")
    assert shop.sales.sum() == 15
    assert "left out 'reserved' (as told: 5 units)" in _note(shop)
    assert "No line has the status 'lost', which was told." in shop.notes
    with pytest.raises(ConfigError, match="not 'dropped'"):
        ReadOptions(status={"dropped": ["lost"]})


@pytest.mark.parametrize("name", ["status", "state", "type", "order type", "类型"])
def test_a_column_of_statuses_is_the_status_and_no_part_of_the_item(name):
    kinds = ["Order", "Refund"] * 14
    lines = _lines(kinds).rename({"status": name}).with_columns(pl.lit("s").alias("sku"))
    shop = panel(pl.concat([lines, lines]))
    assert shop.keys == ("sku",)
    assert shop.sales.sum() == 28
    assert f"in '{name}': counted 'Order' (28 units); left out 'Refund'" in _note(shop)


def test_state_beside_status_joins_no_item():
    lines = _lines(["complete", "canceled", "complete", "closed"] * 7).with_columns(state="status")
    shop = panel(pl.concat([lines, lines.with_columns(status=pl.lit("complete"), state=pl.lit("complete"))]))
    assert shop.keys == ("sku",)
    assert shop.sales.sum() == 42


def test_states_and_types_that_are_no_statuses_may_tell_items_apart():
    days = [f"2024-03-{day:02d}" for day in range(1, 29)]
    rows = [(state, day, 1.0) for state in ("Texas", "Ohio") for day in days]
    frame = pl.DataFrame(rows, ["state", "day", "qty"], orient="row").with_columns(sku=pl.lit("a"))
    assert panel(frame).keys == ("sku", "state")
    assert not are_statuses(pl.Series(["S", "M", "L"]))


def test_statuses_of_goods_make_no_order_lines():
    frame = _lines(["active"] * 20 + ["discontinued"] * 8)
    assert not any("order lines" in note for note in panel(frame).notes)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("cancelled", ["0", "1"]),
        ("is_cancelled", ["false", "true"]),
        ("Cancelled at", [None, "2024-03-05 10:00"]),
        ("status", ["no", "yes"]),
    ],
)
def test_flags_and_moments_of_cancelling_leave_lines_out(name, values):
    lines = _lines(values * 14, order_id=range(28)).rename({"status": name})
    assert panel(lines).sales.sum() == 14


def test_codes_of_a_status_are_counted_and_said():
    shop = panel(_lines(["1", "0"] * 14, order_id=range(28)))
    assert shop.sales.sum() == 28
    assert "counted '0' (14 units), '1' (14 units)" in _note(shop)


def test_the_status_of_the_first_line_holds_for_the_whole_order():
    frame = pl.DataFrame(
        {
            "Name": ["#1", "#1", "#2", "#2", "#2", "#3", None],
            "Financial Status": ["paid", None, "voided", None, None, None, None],
            "Created at": ["2024-03-01", None, "2024-03-02", None, None, "2024-03-03", "2024-03-03"],
            "Lineitem sku": ["a", "b", "a", "b", "c", "a", "a"],
            "Lineitem quantity": [1, 2, 4, 8, 16, 32, 64],
        }
    )
    shop, report = read_with_report(frame)
    assert shop.sales.sum() == 1 + 2 + 32 + 64
    assert (report.rows_read, report.rows_used) == (7, 7)
    assert "3 further lines of an order: 'Financial Status' is that of the order's first line." in shop.notes
    assert "3 further lines of an order: 'Created at' is that of the order's first line." in shop.notes
    assert "counted (empty) (96 units), 'paid' (3 units); left out 'voided' (cancelled: 28 units)" in _note(shop)


def test_a_status_is_named_with_the_eight_most_sold():
    lines = pl.Series("status", [f"step {at}" for at in range(11)])
    assert sort_out(lines, pl.Series([1.0] * 11)).notes[0].count("step") == 8
    assert "and 3 others" in sort_out(lines, pl.Series([1.0] * 11)).notes[0]
