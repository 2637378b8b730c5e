"""Order lines as shops and marketplaces export them: their own columns, words, dates, encodings and oddities.

The columns are those of real exports; docs/platforms says where each was looked up.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from shops import Fate, Line, Truth, money, truth_of

Row = Mapping[str, object]
Words = Mapping[Fate, Sequence[str]]


@dataclass(frozen=True)
class Export:
    """A file as a platform writes it, and what it says.

    Attributes:
        data: the bytes of the file.
        truth: what a right reading comes to.
        suffix: how the name of the file ends.
        arguments: options of `read` that its page of documentation gives.
    """

    data: bytes
    truth: Truth
    suffix: str = ".csv"
    arguments: Mapping[str, object] = field(default_factory=dict)


def written(header: Sequence[str], rows: Iterable[Row], *, separator: str = ",", quoted: bool = False) -> str:
    """Rows under a header, cells that a row does not have left empty."""
    out = io.StringIO(newline="")
    style = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.DictWriter(out, header, restval="", delimiter=separator, quoting=style, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def by_order(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each order, in order."""
    return [list(group) for _, group in groupby(lines, key=lambda line: line.order)]


def word(words: Words, line: Line) -> str:
    """The word of a platform for what became of an order; several are taken in turn."""
    return words[line.fate][line.order % len(words[line.fate])]


SHOPIFY: Final = (
    "Name",
    "Email",
    "Financial Status",
    "Paid at",
    "Fulfillment Status",
    "Fulfilled at",
    "Accepts Marketing",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Code",
    "Discount Amount",
    "Shipping Method",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem compare at price",
    "Lineitem sku",
    "Lineitem requires shipping",
    "Lineitem taxable",
    "Lineitem fulfillment status",
    "Billing Name",
    "Notes",
    "Cancelled at",
    "Payment Method",
    "Payment Reference",
    "Refunded Amount",
    "Vendor",
    "Outstanding Balance",
    "Id",
    "Tags",
    "Risk Level",
    "Source",
    "Lineitem discount",
)


def shopify(lines: Sequence[Line]) -> Export:
    """Orders → Export: what belongs to the order stands on its first line; a cancelled one may still be paid."""
    words: Words = {
        "sold": ("paid", "partially_refunded", "authorized"),
        "cancelled": ("voided", "paid"),
        "refunded": ("refunded",),
        "unpaid": ("expired",),
    }
    rows: list[Row] = []
    for order in by_order(lines):
        for place, line in enumerate(order):
            stamp = f"{line.at:%Y-%m-%d %H:%M:%S} +0100"
            head = {
                "Email": f"{line.customer}@example.com",
                "Financial Status": word(words, line),
                "Currency": "EUR",
                "Total": money(sum(part.cents * part.quantity for part in order)),
                "Vendor": "Ours",
                "Cancelled at": stamp if line.fate == "cancelled" else "",
                "Id": 5550000000000 + line.order,
                "Fulfillment Status": "fulfilled" if line.fate == "sold" else "unfulfilled",
            }
            rows.append(
                {
                    "Name": f"#{line.order}",
                    "Created at": stamp,
                    "Lineitem quantity": line.quantity,
                    "Lineitem name": line.name,
                    "Lineitem price": line.price,
                    "Lineitem sku": line.sku,
                    "Lineitem requires shipping": "true",
                    "Lineitem taxable": "true",
                    "Lineitem discount": 0,
                    **({} if place else head),
                }
            )
    return Export(written(SHOPIFY, rows).encode(), truth_of(lines))


WOO_ITEMS: Final = (
    "order_id",
    "order_number",
    "order_date",
    "status",
    "shipping_total",
    "order_total",
    "order_currency",
    "payment_method",
    "customer_id",
    "billing_email",
    "item_product_id",
    "item_name",
    "item_sku",
    "item_quantity",
    "item_subtotal",
    "item_total",
    "item_refunded",
    "item_refunded_qty",
)


def woocommerce(lines: Sequence[Line]) -> Export:
    """Customer/Order/Coupon Export, one row per item: amounts of whole lines, refunded units below zero."""
    words: Words = {
        "sold": ("completed", "processing"),
        "cancelled": ("cancelled", "failed"),
        "refunded": ("refunded",),
        "unpaid": ("on-hold", "checkout-draft"),
    }
    rows = [
        {
            "order_id": line.order,
            "order_number": line.order,
            "order_date": f"{line.at:%Y-%m-%d %H:%M:%S}",
            "status": word(words, line),
            "order_currency": "GBP",
            "customer_id": line.customer.removeprefix("customer"),
            "item_name": line.name,
            "item_sku": line.sku,
            "item_quantity": line.quantity,
            "item_subtotal": line.total,
            "item_total": line.total,
            "item_refunded": money(line.undone * line.cents),
            "item_refunded_qty": -line.undone,
        }
        for line in lines
    ]
    return Export(written(WOO_ITEMS, rows).encode(), truth_of(lines))


WOO_ADVANCED: Final = (
    "Order Number",
    "Order Status",
    "Order Date",
    "Customer Note",
    "Email (Billing)",
    "Payment Method Title",
    "Order Subtotal Amount",
    "Order Total Amount",
    "SKU",
    "Item #",
    "Item Name",
    "Quantity (- Refund)",
    "Item Cost",
    "Coupon Code",
    "Discount Amount",
)


def woocommerce_advanced(lines: Sequence[Line]) -> Export:
    """Advanced Order Export: quantities are net of refunds, the cost is that of a unit, statuses are words."""
    words: Words = {
        "sold": ("Postprocessed", "Processing"),
        "cancelled": ("Cancelled", "Failed"),
        "refunded": ("Refunded",),
        "unpaid": ("On hold", "Pending payment"),
    }
    rows = [
        {
            "Order Number": line.order,
            "Order Status": word(words, line),
            "Order Date": f"{line.at:%Y-%m-%d %H:%M}",
            "Email (Billing)": f"{line.customer}@example.com",
            "SKU": line.sku,
            "Item #": place,
            "Item Name": line.name,
            "Quantity (- Refund)": line.quantity - line.undone,
            "Item Cost": line.price,
        }
        for order in by_order(lines)
        for place, line in enumerate(order, 1)
    ]
    return Export(written(WOO_ADVANCED, rows, quoted=True).encode("utf-8-sig"), truth_of(lines))


MAGENTO: Final = (
    "item_id",
    "order_id",
    "parent_item_id",
    "store_id",
    "created_at",
    "product_id",
    "product_type",
    "sku",
    "name",
    "qty_canceled",
    "qty_invoiced",
    "qty_ordered",
    "qty_refunded",
    "qty_shipped",
    "price",
    "base_price",
    "row_total",
    "increment_id",
    "status",
    "state",
)


def magento(lines: Sequence[Line]) -> Export:
    """sales_order_item joined to sales_order: a configurable product has a second row, of the simple one in it."""
    words: Words = {
        "sold": ("complete", "processing"),
        "cancelled": ("canceled", "fraud"),
        "refunded": ("closed",),
        "unpaid": ("pending_payment", "holded"),
    }
    states: Words = {
        "sold": ("complete", "processing"),
        "cancelled": ("canceled", "canceled"),
        "refunded": ("closed",),
        "unpaid": ("pending_payment", "holded"),
    }
    rows: list[Row] = []
    for line in lines:
        number = len(rows) + 1
        row = {
            "item_id": number,
            "order_id": line.order,
            "created_at": f"{line.at:%Y-%m-%d %H:%M:%S}",
            "sku": line.sku,
            "name": line.name,
            "qty_ordered": f"{line.quantity}.0000",
            "qty_refunded": f"{line.undone}.0000",
            "qty_canceled": "0.0000",
            "price": f"{line.price}00",
            "row_total": f"{line.total}00",
            "increment_id": f"{line.order:09d}",
            "status": word(words, line),
            "state": word(states, line),
            "product_type": "simple",
            "store_id": 1,
        }
        if line.order % 2:
            part = row | {"item_id": number + 1, "parent_item_id": number, "price": "0.0000", "row_total": "0.0000"}
            rows += [row | {"product_type": "configurable"}, part]
        else:
            rows.append(row)
    return Export(written(MAGENTO, rows).encode(), truth_of(lines, rows=len(rows)))


AMAZON: Final = (
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "url",
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "ship-promotion-discount",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "promotion-ids",
)


def amazon_orders(lines: Sequence[Line]) -> Export:
    """All Orders: the price is that of the whole line; an item may be cancelled in an order that was shipped."""
    words: Words = {
        "sold": ("Shipped", "Shipped - Delivered to Buyer", "Unshipped"),
        "cancelled": ("Cancelled", "Shipped"),
        "refunded": ("Shipped - Returned to Seller",),
        "unpaid": ("Cancelled",),
    }
    items = {"sold": "Shipped", "cancelled": "Cancelled", "refunded": "Shipped", "unpaid": "Cancelled"}
    rows = [
        {
            "amazon-order-id": f"{line.order % 997:03d}-{line.order:07d}-0463502",
            "purchase-date": f"{line.at:%Y-%m-%dT%H:%M:%S}+00:00",
            "last-updated-date": f"{line.at:%Y-%m-%dT%H:%M:%S}+00:00",
            "order-status": word(words, line),
            "fulfillment-channel": "Amazon",
            "sales-channel": "Amazon.de",
            "ship-service-level": "Expedited",
            "product-name": line.name,
            "sku": line.sku,
            "asin": f"B0{line.sku}",
            "item-status": items[line.fate],
            "quantity": line.quantity,
            "currency": "EUR",
            "item-price": line.total,
            "item-tax": "0.00",
            "ship-city": "Ulm",
            "ship-country": "DE",
        }
        for line in lines
    ]
    return Export(written(AMAZON, rows, separator="\t").encode("cp1252"), truth_of(lines), suffix=".txt")


BUSINESS: Final = (
    "Date",
    "(Parent) ASIN",
    "(Child) ASIN",
    "Title",
    "Sessions - Total",
    "Page Views - Total",
    "Featured Offer (Buy Box) Percentage",
    "Units Ordered",
    "Unit Session Percentage",
    "Ordered Product Sales",
    "Total Order Items",
)


def amazon_business(lines: Sequence[Line]) -> Export:
    """Detail Page Sales and Traffic by Child Item, one download a day put together, with the day before it."""
    days: dict[tuple[str, str], list[Line]] = {}
    for line in sorted(lines, key=lambda line: line.at):
        days.setdefault((f"{line.at:%m/%d/%y}", line.sku), []).append(line)
    rows = []
    for (day, sku), parts in days.items():
        units, cents = sum(part.quantity for part in parts), sum(part.quantity * part.cents for part in parts)
        rows.append(
            {
                "Date": day,
                "(Parent) ASIN": "B0PARENT",
                "(Child) ASIN": sku,
                "Title": parts[0].name,
                "Sessions - Total": f"{1200 + units:,}",
                "Page Views - Total": f"{2000 + units:,}",
                "Featured Offer (Buy Box) Percentage": "98.00%",
                "Units Ordered": units,
                "Unit Session Percentage": "2.10%",
                "Ordered Product Sales": f"${cents / 100:,.2f}",
                "Total Order Items": len(parts),
            }
        )
    every = [Line(**{**vars(line), "fate": "sold", "undone": 0}) for line in lines]
    truth = Truth(truth_of(every).units, None, len(rows))
    return Export(written(BUSINESS, rows, quoted=True).encode("utf-8-sig"), truth)


EBAY: Final = (
    "Sales Record Number",
    "Order Number",
    "Buyer Username",
    "Buyer Name",
    "Buyer Email",
    "Buyer Note",
    "Ship To City",
    "Ship To Country",
    "Item Number",
    "Item Title",
    "Custom Label",
    "Sold Via Promoted Listings",
    "Quantity",
    "Sold For",
    "Shipping And Handling",
    "eBay Collected Tax",
    "Total Price",
    "Payment Method",
    "Sale Date",
    "Paid On Date",
    "Ship By Date",
    "Shipped On Date",
    "Transaction ID",
    "Variation Details",
    "eBay Plus",
)


def ebay(lines: Sequence[Line]) -> Export:
    """Orders report: a line of commas above and below the header, a row for the whole of several items, a footer."""
    kept = [line for line in lines if line.fate == "sold"]
    rows: list[Row] = [{}]
    for order in by_order(kept):
        head = {
            "Sales Record Number": order[0].order,
            "Order Number": f"24-{order[0].order}-88735",
            "Buyer Username": order[0].customer,
            "Payment Method": "eBay Managed Payments",
            "Sale Date": f"{order[0].at:%b-%d-%y}",
            "Paid On Date": f"{order[0].at:%b-%d-%y}",
        }
        total = money(sum(line.cents * line.quantity for line in order))
        if len(order) > 1:
            rows.append(head | {"Quantity": sum(line.quantity for line in order), "Total Price": f"${total}"})
        rows += [
            head
            | {
                "Item Number": 318612000000 + line.cents,
                "Item Title": line.name,
                "Custom Label": line.sku,
                "Quantity": line.quantity,
                "Sold For": f"${line.price}",
                "Shipping And Handling": "$0.00",
                "Total Price": f"${line.total}",
            }
            for line in order
        ]
    text = "," * (len(EBAY) - 1) + "\n" + written(EBAY, rows)
    text += (
        f"\n{len(by_order(kept))},record(s) downloaded,from Jan-01-24 00:00:00 to Dec-31-24 23:59:59\nSeller ID : us\n"
    )
    return Export(text.encode("utf-8-sig"), truth_of(kept, rows=len(rows) - 1))


ETSY: Final = (
    "Sale Date",
    "Item Name",
    "Buyer",
    "Quantity",
    "Price",
    "Coupon Code",
    "Coupon Details",
    "Discount Amount",
    "Shipping Discount",
    "Order Shipping",
    "Order Sales Tax",
    "Item Total",
    "Currency",
    "Transaction ID",
    "Listing ID",
    "Date Paid",
    "Date Shipped",
    "Ship Name",
    "Ship Address1",
    "Ship City",
    "Ship State",
    "Ship Zipcode",
    "Ship Country",
    "Order ID",
    "Variations",
    "Order Type",
    "Listings Type",
    "Payment Type",
    "InPerson Discount",
    "InPerson Location",
    "VAT Paid by Buyer",
    "SKU",
)


def etsy(lines: Sequence[Line]) -> Export:
    """EtsySoldOrderItems: months first in dates, the price of a unit, and items that have no SKU."""
    kept = [line for line in lines if line.fate == "sold"]
    bare = min(line.sku for line in kept)
    rows = [
        {
            "Sale Date": f"{line.at:%m/%d/%y}",
            "Item Name": line.name,
            "Buyer": line.customer,
            "Quantity": line.quantity,
            "Price": line.price,
            "Discount Amount": "0.00",
            "Order Shipping": "4.50",
            "Item Total": line.total,
            "Currency": "CAD",
            "Transaction ID": 4000000000 + place,
            "Listing ID": 1501000000 + line.cents,
            "Date Paid": f"{line.at:%m/%d/%Y}",
            "Ship Country": "Canada",
            "Order ID": 3300000000 + line.order,
            "Order Type": "online",
            "Listings Type": "listing",
            "Payment Type": "online_cc",
            "SKU": "" if line.sku == bare else line.sku,
        }
        for place, line in enumerate(kept)
    ]
    truth = truth_of(kept)
    units = {
        next(line.name for line in kept if line.sku == bare) if sku == bare else sku: sold
        for sku, sold in truth.units.items()
    }
    return Export(written(ETSY, rows).encode(), Truth(units, truth.cents, truth.rows))


TAOBAO: Final = (
    "子订单编号",
    "主订单编号",
    "标题",
    "价格",
    "购买数量",
    "外部系统编号",
    "商品属性",
    "套餐信息",
    "联系方式备注",
    "订单状态",
    "商家编码",
    "支付单号",
    "买家应付货款",
    "买家实付金额",
    "退款状态",
    "退款金额",
    "订单创建时间",
    "订单付款时间",
    "宝贝ID",
)


def taobao(lines: Sequence[Line]) -> Export:
    """销售明细 in GBK: orders numbered by formulas, a moment of payment only where there was one, refunds of lines."""
    words: Words = {
        "sold": ("交易成功", "卖家已发货，等待买家确认", "买家已付款，等待卖家发货"),
        "cancelled": ("交易关闭",),
        "refunded": ("交易关闭", "交易成功"),
        "unpaid": ("等待买家付款", "交易关闭"),
    }
    rows = [
        {
            "子订单编号": f'="{17000000000000000 + place}"',
            "主订单编号": f'="{16000000000000000 + line.order}"',
            "标题": line.name,
            "价格": line.price,
            "购买数量": line.quantity,
            "商家编码": line.sku,
            "外部系统编号": line.sku,
            "商品属性": "颜色分类:白",
            "订单状态": word(words, line),
            "买家应付货款": line.total,
            "退款状态": "退款成功" if line.fate == "refunded" else "没有申请退款",
            "订单创建时间": f"{line.at:%Y-%m-%d %H:%M:%S}",
            "宝贝ID": 600000000000 + line.cents,
            "订单付款时间": "" if line.fate in ("unpaid", "cancelled") else f"{line.at:%Y-%m-%d %H:%M:%S}",
        }
        for place, line in enumerate(lines)
    ]
    return Export(written(TAOBAO, rows, quoted=True).encode("gbk"), truth_of(lines))


JD: Final = (
    "订单号",
    "商品ID",
    "商品名称",
    "订购数量",
    "支付方式",
    "下单时间",
    "京东价",
    "订单金额",
    "结算金额",
    "余额支付",
    "应付金额",
    "订单状态",
    "订单类型",
    "下单帐号",
    "客户姓名",
    "商家SKUID",
    "付款确认时间",
)


def jd(lines: Sequence[Line]) -> Export:
    """订单导出 in GBK: the amount of the order on every line of it, and orders that were deleted or locked."""
    words: Words = {
        "sold": ("完成", "等待确认收货", "等待出库"),
        "cancelled": ("(删除)已取消", "已取消"),
        "refunded": ("已退款",),
        "unpaid": ("等待付款",),
    }
    rows = [
        {
            "订单号": 280000000000 + line.order,
            "商品ID": 100000000000 + line.cents,
            "商品名称": line.name,
            "订购数量": line.quantity,
            "支付方式": "在线支付",
            "下单时间": f"{line.at:%Y-%m-%d %H:%M:%S}",
            "京东价": line.price,
            "订单金额": money(sum(part.cents * part.quantity for part in order)),
            "订单状态": word(words, line),
            "订单类型": "SOP",
            "下单帐号": f"jd_{line.customer}",
            "商家SKUID": line.sku,
        }
        for order in by_order(lines)
        for line in order
    ]
    truth = truth_of(lines)
    ids = {line.sku: str(100000000000 + line.cents) for line in lines}
    units = {ids[sku]: sold for sku, sold in truth.units.items()}
    return Export(written(JD, rows).encode("gb18030"), Truth(units, truth.cents, truth.rows))


SHOPWARE: Final = (
    "orderId",
    "orderDetailId",
    "articleId",
    "number",
    "customerId",
    "status",
    "cleared",
    "paymentID",
    "orderTime",
    "shopId",
    "invoiceAmount",
    "currency",
    "taxId",
    "statusId",
    "articleNumber",
    "price",
    "quantity",
    "articleName",
)


def shopware(lines: Sequence[Line]) -> Export:
    """Import/Export, profile of orders: semicolons, decimal points, statuses as numbers."""
    words: Words = {"sold": ("2", "1", "7"), "cancelled": ("4",), "refunded": ("4",), "unpaid": ("-1",)}
    rows = [
        {
            "orderId": line.order - 1000,
            "orderDetailId": place,
            "number": 20000 + line.order,
            "customerId": line.customer.removeprefix("customer"),
            "status": word(words, line),
            "cleared": 12,
            "orderTime": f"{line.at:%Y-%m-%d %H:%M:%S}",
            "currency": "EUR",
            "articleNumber": line.sku,
            "price": line.price,
            "quantity": line.quantity,
            "articleName": line.name,
        }
        for place, line in enumerate(lines)
    ]
    told = {"status": {"ignored": ["-1", "4"]}}
    return Export(written(SHOPWARE, rows, separator=";").encode(), truth_of(lines), arguments=told)


PRESTASHOP: Final = (
    "id_order",
    "reference",
    "date_add",
    "order_state",
    "id_customer",
    "product_id",
    "product_reference",
    "product_name",
    "product_quantity",
    "product_quantity_refunded",
    "unit_price_tax_incl",
)


def prestashop(lines: Sequence[Line]) -> Export:
    """SQL Manager: the query of the page of documentation, semicolons and six decimals."""
    words: Words = {
        "sold": ("Delivered", "Payment accepted", "Processing in progress"),
        "cancelled": ("Canceled",),
        "refunded": ("Refunded",),
        "unpaid": ("Payment error", "Awaiting check payment"),
    }
    rows = [
        {
            "id_order": line.order,
            "reference": f"XKB{line.order}",
            "date_add": f"{line.at:%Y-%m-%d %H:%M:%S}",
            "order_state": word(words, line),
            "id_customer": line.customer.removeprefix("customer"),
            "product_reference": line.sku,
            "product_id": line.cents,
            "product_name": line.name,
            "product_quantity": line.quantity,
            "product_quantity_refunded": line.undone,
            "unit_price_tax_incl": f"{line.price}0000",
        }
        for line in lines
    ]
    return Export(written(PRESTASHOP, rows, separator=";", quoted=True).encode(), truth_of(lines))


PLATFORMS: Final[Mapping[str, Callable[[Sequence[Line]], Export]]] = {
    "shopify": shopify,
    "woocommerce": woocommerce,
    "woocommerce advanced": woocommerce_advanced,
    "magento": magento,
    "amazon orders": amazon_orders,
    "amazon business": amazon_business,
    "ebay": ebay,
    "etsy": etsy,
    "taobao": taobao,
    "jd": jd,
    "shopware": shopware,
    "prestashop": prestashop,
}
