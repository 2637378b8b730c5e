"""What people call their columns, by role, best first."""

from collections.abc import Mapping
from typing import Final

ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "item": (
        "item_id", "sku_id", "sku", "sku_code", "sku_number", "stock_code", "product_reference", "product_id",
        "product_code", "product_number", "item_code", "item_sku", "custom_label", "item_number", "item_no", "item_nbr",
        "article_number", "article_code", "article_no", "article_id", "variant_sku", "variant_id", "lineitem_sku",
        "asin", "gtin", "ean", "upc", "barcode", "child_asin", "material", "material_number", "part_number", "part_no",
        "part_id", "meal_id", "unique_id", "series_id", "ts_id", "id_code", "商品编码", "商家编码", "宝贝id",
        "商品编号", "商品代码", "商品id", "货号", "款号", "物料编码", "产品编码", "产品编号", "产品id", "品番",
        "商品コード", "商品番号", "상품코드", "item", "product", "article", "商品", "产品", "商品名称", "宝贝标题",
        "商品标题", "商品名", "产品名称", "상품", "artikel", "artikelnummer", "artikelnr", "producto", "produit",
        "prodotto", "referencia", "reference", "артикул", "товар", "item_name", "product_name", "lineitem_name",
        "stock_item", "part", "product_title", "product_description", "series", "id", "key", "goods_id", "goods",
        "spu_id", "parent_asin", "external_code", "group_id", "product_category", "category_id", "category", "品类",
        "类目", "commodity_id", "commodity", "productname", "product_family", "family", "dept_id", "dept", "department",
        "subcategory",
    ),
    "timestamp": (
        "timestamp", "date", "ds", "datetime", "invoice_date", "order_date", "sale_date", "sales_date", "sold_at",
        "transaction_date", "transaction_timestamp", "transaction_time", "purchase_date", "order_purchase_timestamp",
        "invoice_datetime", "order_datetime", "order_timestamp", "order_time", "purchase_timestamp", "event_time",
        "event_timestamp", "event_date", "business_date", "posting_date", "billing_date", "calendar_date", "date_time",
        "day", "dt", "t_dat", "trx_date", "txn_date", "created_at", "created", "order_created_at", "paid_at", "日期",
        "时间", "销售日期", "订单日期", "下单时间", "date_add", "订单创建时间", "创建时间", "订单时间", "订单付款时间",
        "付款时间", "支付时间", "成交时间", "统计日期", "日付", "年月日", "売上日", "注文日", "날짜", "일자", "datum",
        "fecha", "datum_uhrzeit", "data", "дата", "time", "week_start", "week_ending", "week_end", "week_start_date",
        "week_end_date", "week_date", "week_beginning", "period", "period_start", "period_end", "month_start",
        "month_end", "year_month", "yearmonth", "month_year", "week", "month", "月份", "月", "周", "quarter",
        "year_week", "yyyymm", "yyyymmdd", "start_date", "year",
    ),
    "sales": (
        "units_sold", "unit_sales", "quantity_sold", "qty_sold", "sold_quantity", "sold_qty", "sales_quantity",
        "sales_qty", "order_quantity", "ordered_quantity", "quantity_ordered", "order_qty", "ordered_units",
        "units_ordered", "lineitem_quantity", "item_quantity", "product_quantity", "qty_ordered", "quantity_refund",
        "units", "quantity", "qty", "销量", "销售量", "销售数量", "数量", "件数", "sales", "y", "target", "demand",
        "item_count", "item_cnt_day", "item_cnt", "num_orders", "net_quantity", "net_items_sold", "volume",
        "sales_volume", "total_volume", "total_units", "number_sold", "num_sold", "sold", "sale_units", "move",
        "order_volume", "quantity_purchased", "order_demand", "orders", "pieces", "成交件数", "商品数量", "宝贝数量",
        "购买数量", "支付件数", "订购数量", "出库数量", "販売数", "販売数量", "売上数量", "個数", "수량", "판매량",
        "menge", "anzahl", "cantidad", "quantite", "quantité", "quantita", "quantità", "quantidade", "количество",
        "количествопродаж", "absatz", "ventas", "count", "vendas", "units_shipped", "sale_amount", "value",
        "sales_amount", "sales_value", "weekly_sales", "daily_sales", "revenue", "turnover", "销售额", "成交金额",
        "金额", "amount", "total", "net_sales", "gross_sales", "gmv", "line_total", "total_sales", "logmove",
    ),
    "price": (
        "price", "unit_price", "sell_price", "selling_price", "sale_price", "sales_price", "actual_price", "paid_price",
        "price_paid", "retail_price", "avg_price", "average_price", "mean_price", "checkout_price", "price_per_unit",
        "unit_selling_price", "net_price", "item_price", "lineitem_price", "price_each", "product_price",
        "unit_price_tax_incl", "unit_price_incl_tax", "unit_price_tax_excl", "sold_for", "京东价", "商品单价",
        "商品价格", "单价", "售价", "价格", "销售单价", "单价元", "価格", "単価", "가격", "단가", "preis",
        "stueckpreis", "stückpreis", "einzelpreis", "precio", "prix", "prezzo", "preço", "цена", "base_price",
        "regular_price", "list_price",
    ),
    "order": (
        "order_id", "invoice", "invoice_no", "invoice_id", "invoice_number", "order_no", "order_number",
        "basket_id", "transaction_id", "receipt_id", "receipt_no", "receipt_number", "ticket_id", "bill_no",
        "bill_number", "cart_id", "check_id", "trx_id", "txn_id", "订单号", "订单编号", "主订单编号", "子订单编号",
        "订单id", "单号", "小票号", "交易号", "注文番号", "주문번호", "bestellnummer", "rechnungsnummer",
        "amazon_order_id", "increment_id", "order_name", "id_order",
    ),
    "customer": (
        "customer_id", "customer", "customer_no", "customer_number", "customer_code", "client_id", "user_id",
        "buyer_id", "id_customer", "buyer_username", "buyer", "household_id", "member_id", "shopper_id", "visitor_id",
        "email", "customer_email", "billing_email", "email_billing", "buyer_email", "买家会员名", "买家昵称",
        "下单帐号", "会员号", "会员id", "会员编号", "客户编号", "客户id", "用户id", "用户编号", "顾客id", "顧客id",
        "顧客番号", "고객id", "kundennummer", "kunden_id",
    ),
    "available": (
        "available", "in_stock", "instock", "availability", "in_stock_share", "in_stock_rate", "is_available",
        "is_in_stock", "available_share", "has_stock", "on_shelf_availability", "有货", "有货率", "在库率",
        "是否有货",
    ),
    "stockout": (
        "stockout", "stock_out", "out_of_stock", "oos", "is_stockout", "is_out_of_stock", "stockout_flag",
        "oos_flag", "stockout_hours", "out_of_stock_hours", "oos_hours", "stock_hour6_22_cnt", "is_oos", "缺货",
        "是否缺货", "缺货时长", "断货",
    ),
    "status": (
        "status", "order_status", "orderstatus", "line_status", "item_status", "lineitem_status", "state_of_order",
        "cancelled", "canceled", "is_cancelled", "is_canceled", "cancellation", "transaction_type", "order_state",
        "financial_status", "订单状态", "状态", "交易状态", "注文ステータス", "注文状況", "주문상태", "bestellstatus",
        "auftragsstatus", "statut", "statut_commande", "estado_pedido", "estado_del_pedido", "status_do_pedido",
        "stato_ordine", "статус", "статус_заказа", "status_zamowienia", "status_zamówienia", "siparis_durumu",
        "sipariş_durumu", "is_returned", "is_refunded", "cancelled_at", "canceled_at", "cancelled_date",
        "canceled_date", "cancellation_date",
    ),
}  # fmt: skip
"""Names of each role's column, best first."""

NAMES: Final = (
    "item_name", "product_name", "productname", "article_name", "item_title", "product_title", "lineitem_name",
    "item_description", "product_description", "article_description", "material_description", "sku_name",
    "sku_description", "goods_name", "item_desc", "prod_name", "title", "description", "desc", "productdescription",
    "商品名称", "产品名称", "宝贝标题", "商品标题", "商品名", "品名", "货品名称", "物料名称", "名称", "标题",
    "商品名稱", "상품명", "제품명", "bezeichnung", "artikelbezeichnung", "artikelname", "produktname",
    "beschreibung", "designation", "désignation", "libellé", "libelle", "nom_du_produit", "description_produit",
    "nombre_del_producto", "nombre_producto", "descripción", "descripcion", "descrizione", "nome_prodotto",
    "descrição", "descricao", "nome_do_produto", "omschrijving", "productnaam", "nazwa", "nazwa_produktu", "opis",
    "название", "наименование", "описание", "ürün_adı", "urun_adi", "name", "label",
)  # fmt: skip
"""Names of columns that say what an item is called, best first; some may be the item where no other column is."""

BESIDE: Final[Mapping[str, Mapping[str, str]]] = {
    "order": {"name": "lineitem_quantity"},
    "price": {"item_cost": "quantity_refund"},
}
"""By role, names that stand for it beside another column alone: Shopify's orders, WooCommerce's prices."""

OF_LINES: Final[Mapping[str, tuple[str, ...]]] = {"item_price": ("amazon_order_id", "shipping_price")}
"""Prices that are those of whole lines, not of a unit, beside one of some other columns: Amazon's reports of orders."""

UNDONE_UNITS: Final = frozenset({
    "qtyrefunded", "qtycanceled", "qtycancelled", "itemrefundedqty", "refundedquantity", "quantityrefunded",
    "returnedquantity", "quantityreturned", "qtyreturned", "unitsreturned", "unitsrefunded", "productquantityrefunded",
    "productquantityreturn", "cancelledquantity", "quantitycancelled", "quantitycanceled", "退货数量", "退款数量",
    "返品数", "返品数量", "반품수량", "retourmenge", "quantitéretournée", "cantidaddevuelta",
})  # fmt: skip
"""Names of columns that hold how many units of a line were refunded, returned or cancelled."""

DATE_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "year": (
        "year", "yr", "yyyy", "jahr", "année", "annee", "año", "ano", "anno", "год", "rok", "yıl", "jaar", "år",
        "calendar_year", "order_year", "sale_year", "iso_year", "年", "年份", "年度", "연도", "년",
    ),
    "month": (
        "month", "mon", "mth", "mm", "month_no", "month_num", "month_number", "month_of_year", "month_name", "monat",
        "mois", "mes", "mês", "mese", "месяц", "miesiąc", "miesiac", "ay", "maand", "order_month", "sale_month", "月",
        "月份", "월",
    ),
    "day": (
        "day", "dd", "day_of_month", "dom", "tag", "jour", "día", "dia", "giorno", "день", "dzień", "dzien", "gün",
        "dag", "日", "일",
    ),
    "week": (
        "week", "wk", "week_no", "week_num", "week_nr", "week_number", "week_of_year", "iso_week", "isoweek", "woche",
        "kw", "kalenderwoche", "semaine", "semana", "settimana", "неделя", "tydzień", "tydzien", "hafta", "周", "周次",
        "週", "주",
    ),
    "quarter": ("quarter", "qtr", "qtr_no", "quartal", "trimestre", "квартал", "kwartał", "kwartal", "çeyrek", "季度",
                "四半期", "분기"),
}  # fmt: skip
"""Names of columns that hold a part of a date."""

STATUSES: Final = frozenset({
    "state", "type", "kind", "order_type", "line_type", "record_type", "document_type", "event_type", "entry_type",
    "movement_type", "payment_status", "fulfillment_status", "estado", "stato", "situação", "situacao", "stan", "durum",
    "stav", "tila", "typ", "tipo", "тип", "类型", "订单类型", "单据类型", "付款状态", "支付状态", "退款状态",
    "售后状态", "种类", "区分", "種別", "유형", "구분", "상태",
})  # fmt: skip
"""Names of columns that hold the status of an order where their values are such statuses."""

MONEY: Final = frozenset({
    "salesamount", "salesvalue", "revenue", "turnover", "销售额", "成交金额", "金额", "amount", "netsales",
    "grosssales", "gmv", "linetotal", "totalsales", "total", "itemtotal", "rowtotal", "orderlinetotal",
})  # fmt: skip
"""Names that speak of money rather than of units."""

PLACES: Final = (
    "country", "region", "region_id", "city", "city_id", "state", "state_id", "province", "market", "地区", "城市",
    "省份", "大区", "区域", "channel", "sales_channel", "platform", "marketplace", "渠道", "平台", "branch",
    "branch_id", "agency", "outlet", "outlet_id", "center_id", "centre_id", "location", "location_id", "site",
    "site_id", "plant", "depot", "warehouse", "warehouse_id", "fulfillment_center", "dc", "dc_id", "仓库",
    "仓库编码", "shop", "shop_id", "shop_code", "store", "store_id", "store_nbr", "store_no", "store_code",
    "store_number", "门店", "门店编码", "门店id", "店铺", "店铺id", "店铺名称", "店舗", "店舗コード", "filiale",
    "filialnummer", "tienda", "magasin", "магазин", "type", "variant", "size", "color", "colour", "brand", "颜色",
    "尺码", "规格",
)  # fmt: skip
"""Names of columns that, beside the product, may tell items apart: the broadest first."""

SUM_WORDS: Final = frozenset({
    "total", "totals", "grandtotal", "sum", "subtotal", "all", "allitems", "allproducts", "overall", "summe", "gesamt",
    "gesamtsumme", "insgesamt", "zwischensumme", "totalgénéral", "totalgeneral", "soustotal", "sumatotal", "totale",
    "totalegenerale", "totalgeral", "totaal", "итого", "всего", "общийитог", "razem", "suma", "celkem", "toplam",
    "geneltoplam", "合计", "总计", "小计", "总和", "合計", "総計", "小計", "總計", "합계", "총계", "소계",
})  # fmt: skip
"""What people call the sum of all rows."""
