"""What people call the columns of their stock, items, suppliers, open orders and past deliveries; best name first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["units", "money", "share", "days", "date", "text"]


@dataclass(frozen=True)
class Field:
    """A column that a file may have.

    Attributes:
        kind: what its values are.
        names: what people call it.
        least: "above" for what must be above zero, "zero" for what must not be below it.
    """

    kind: Kind
    names: tuple[str, ...]
    least: Literal["above", "zero"] | None = None


_SUPPLIER: Final = Field("text", (
    "supplier", "supplier_id", "supplier_name", "vendor", "vendor_id", "vendor_name", "manufacturer", "供应商",
    "供应商名称", "供应商编码", "供货商", "厂家", "仕入先", "공급업체", "lieferant", "proveedor", "fournisseur",
    "fornitore", "поставщик",
))  # fmt: skip
_LEAD: Final[Mapping[str, Field]] = {
    "lead": Field("days", (
        "lead_time", "lead_time_days", "lead_days", "leadtime", "lead_time_weeks", "lead_weeks", "lead_time_months",
        "lead_time_mean", "mean_lead_time", "avg_lead_time", "average_lead_time", "replenishment_time",
        "delivery_time", "delivery_days", "lead_time_in_days", "提前期", "交货期", "采购周期", "到货周期", "交期",
        "采购提前期", "供货周期", "リードタイム", "리드타임", "lieferzeit", "wiederbeschaffungszeit",
        "plazo_de_entrega", "delai", "délai", "delai_de_livraison", "délai_de_livraison",
    ), "above"),
    "lead_sd": Field("days", (
        "lead_time_sd", "lead_time_std", "lead_sd", "lead_std", "lead_time_deviation", "lead_time_stdev",
        "lead_time_standard_deviation", "std_lead_time", "sd_lead_time", "提前期标准差", "交期标准差",
    ), "zero"),
    "review": Field("days", (
        "review_period", "review_days", "review_period_days", "review", "review_weeks", "order_cycle",
        "order_interval", "ordering_interval", "order_every", "order_frequency_days", "补货周期", "订货周期",
        "盘点周期", "发注周期", "bestellrhythmus", "bestellintervall",
    ), "above"),
}  # fmt: skip

STOCK: Final[Mapping[str, Field]] = {
    "on_hand": Field("units", (
        "on_hand", "stock", "on_hand_quantity", "quantity_on_hand", "qty_on_hand", "stock_on_hand", "soh", "onhand",
        "inventory", "inventory_level", "current_stock", "stock_level", "stock_quantity", "stock_qty",
        "inventory_quantity", "available_stock", "available_quantity", "available_qty", "available", "in_stock",
        "units_on_hand", "balance", "quantity", "qty", "units", "库存", "库存数量", "库存量", "现有库存", "当前库存",
        "可用库存", "实际库存", "在库数量", "在库", "结存数量", "在庫", "在庫数", "재고", "재고수량", "bestand",
        "lagerbestand", "existencias", "inventario", "existencia", "stock_actual", "giacenza", "остаток",
    ), "zero"),
    "on_order": Field("units", (
        "on_order", "on_order_quantity", "quantity_on_order", "qty_on_order", "in_transit", "incoming", "inbound",
        "open_order_quantity", "open_orders", "ordered_not_received", "on_the_way", "pipeline", "在途", "在途库存",
        "在途数量", "已订未到", "采购在途", "発注残", "입고예정", "bestellt", "offene_bestellungen", "unterwegs",
        "en_pedido", "en_commande",
    ), "zero"),
    "due": Field("date", (
        "due", "due_date", "eta", "expected_date", "expected_arrival", "arrival_date", "arrives", "delivery_date",
        "expected_delivery", "expected_delivery_date", "预计到货日期", "预计到货", "到货日期", "预计到货时间",
        "入荷予定日", "liefertermin", "fecha_de_entrega", "date_de_livraison",
    )),
    "owed": Field("units", (
        "backorders", "backorder", "back_orders", "backordered", "owed", "reserved", "allocated", "committed",
        "customer_orders_open", "欠货", "缺货数量", "未发货数量", "预留", "占用库存", "rueckstand", "rückstand",
        "reserviert", "pendiente",
    ), "zero"),
}  # fmt: skip
"""Columns of a stock file."""

TERMS: Final[Mapping[str, Field]] = {
    "supplier": _SUPPLIER,
    **_LEAD,
    "minimum": Field("units", (
        "minimum_order_quantity", "moq", "min_order_qty", "minimum_order", "min_order", "min_order_quantity",
        "minimum_quantity", "最小起订量", "起订量", "最小订货量", "最小采购量", "最低起订量", "最小発注数量",
        "최소주문수량", "mindestbestellmenge", "cantidad_minima", "quantite_minimale", "quantité_minimale",
    ), "zero"),
    "pack": Field("units", (
        "pack_size", "pack", "case_size", "case_pack", "units_per_pack", "units_per_case", "carton_quantity",
        "carton_size", "order_multiple", "lot_size", "multiple", "batch_size", "inner_pack", "包装规格", "装箱数",
        "箱规", "每箱数量", "包装数量", "订货倍数", "入数", "ロットサイズ", "포장단위", "verpackungseinheit",
        "losgroesse", "losgröße", "unidades_por_caja", "colisage",
    ), "above"),
    "cost": Field("money", (
        "unit_cost", "cost", "purchase_price", "cost_price", "buying_price", "cogs", "cost_per_unit", "landed_cost",
        "cost_of_goods", "wholesale_price", "成本", "单位成本", "进价", "采购价", "成本价", "采购单价", "进货价",
        "原価", "仕入価格", "원가", "einkaufspreis", "ek_preis", "stueckkosten", "stückkosten", "costo", "coste",
        "cout", "coût", "prix_achat", "costo_unitario", "себестоимость", "unit_costs", "costs",
    ), "above"),
    "price": Field("money", (
        "price", "selling_price", "sell_price", "sales_price", "sale_price", "unit_price", "retail_price",
        "list_price", "售价", "销售价", "单价", "零售价", "销售单价", "価格", "販売価格", "가격", "판매가",
        "verkaufspreis", "vk_preis", "preis", "precio", "prix", "prezzo", "preço", "цена",
    ), "above"),
    "margin": Field("money", (
        "margin", "unit_margin", "margin_per_unit", "gross_margin", "contribution", "profit_per_unit", "毛利",
        "单位毛利", "利润", "单件利润", "粗利", "이익", "deckungsbeitrag", "margen", "marge",
    ), "above"),
    "short": Field("money", (
        "lost_sale_cost", "lost_sales_cost", "cost_of_lost_sale", "stockout_cost", "shortage_cost", "backorder_cost",
        "underage_cost", "penalty_cost", "penalty", "缺货成本", "缺货损失", "欠品コスト", "fehlmengenkosten",
    ), "above"),
    "holding": Field("share", (
        "holding_cost", "holding_rate", "holding_cost_rate", "holding_cost_share", "carrying_cost", "carrying_rate",
        "inventory_carrying_cost", "annual_holding_rate", "持有成本", "库存持有成本率", "仓储成本", "持有成本率",
        "保管費率", "lagerkosten", "lagerkostensatz",
    ), "zero"),
    "ordering": Field("money", (
        "ordering_cost", "order_cost", "fixed_cost", "setup_cost", "cost_per_order", "fixed_order_cost", "订货成本",
        "订购成本", "每次订货成本", "発注費用", "bestellkosten", "costo_de_pedido",
    ), "zero"),
    "salvage": Field("money", (
        "salvage_value", "salvage", "residual_value", "clearance_price", "markdown_price", "liquidation_value", "残值",
        "清仓价", "处理价", "restwert", "valor_residual",
    ), "zero"),
    "shelf": Field("days", (
        "shelf_life", "shelf_life_days", "shelf_days", "shelf_life_weeks", "shelf_life_months", "expiry_days",
        "best_before_days", "保质期", "保质期天数", "有效期", "賞味期限日数", "유통기한", "haltbarkeit", "vida_util",
        "duree_de_vie",
    ), "above"),
    "fill_rate": Field("share", (
        "fill_rate", "fill_rate_target", "target_fill_rate", "beta_service", "type_2_service", "满足率",
        "目标满足率", "订单满足率", "充足率", "lieferbereitschaft",
    ), "above"),
    "cycle_service": Field("share", (
        "cycle_service", "cycle_service_level", "csl", "alpha_service", "type_1_service", "周期服务水平",
        "不缺货概率",
    ), "above"),
    "service": Field("share", (
        "service_level", "service", "service_target", "target_service", "target_service_level", "target", "服务水平",
        "目标服务水平", "服务率", "サービス率", "서비스수준", "servicegrad", "nivel_de_servicio", "taux_de_service",
    ), "above"),
    "abc": Field("text", ("abc", "abc_class", "class", "item_class", "abc分类", "abc类", "等级", "abc_klasse")),
    "volume": Field("units", (
        "volume", "unit_volume", "volume_m3", "cbm", "cubic_metres", "cubic_meters", "m3", "volume_per_unit",
        "capacity", "体积", "单位体积", "立方", "体積", "부피", "volumen",
    ), "zero"),
    "weight": Field("units", (
        "weight", "unit_weight", "weight_kg", "kg", "gross_weight", "net_weight", "重量", "单位重量", "毛重", "重さ",
        "무게", "gewicht", "peso", "poids",
    ), "zero"),
}  # fmt: skip
"""Columns of an items file; the stock file may have them too."""

SUPPLIERS: Final[Mapping[str, Field]] = {"supplier": _SUPPLIER, **_LEAD}
"""Columns of a suppliers file."""

ORDERS: Final[Mapping[str, Field]] = {
    "units": Field("units", (
        "open_quantity", "quantity_open", "outstanding", "quantity", "qty", "units", "ordered", "order_quantity",
        "on_order", "ordered_quantity", "数量", "订购数量", "采购数量", "未到数量", "発注数", "menge", "cantidad",
        "quantite", "quantité",
    ), "zero"),
    "due": STOCK["due"],
}  # fmt: skip
"""Columns of a file of open orders: one row per order and item."""

DELIVERIES: Final[Mapping[str, Field]] = {
    "supplier": _SUPPLIER,
    "ordered": Field("date", (
        "ordered", "order_date", "ordered_at", "ordered_on", "po_date", "purchase_date", "date_ordered", "placed",
        "下单日期", "订货日期", "采购日期", "订单日期", "発注日", "주문일", "bestelldatum", "fecha_de_pedido",
        "date_de_commande",
    )),
    "received": Field("date", (
        "received", "received_date", "receipt_date", "received_at", "received_on", "delivery_date", "delivered",
        "arrival_date", "date_received", "goods_receipt", "收货日期", "入库日期", "到货日期", "实际到货日期", "入荷日",
        "입고일", "wareneingang", "eingangsdatum", "fecha_de_recepcion", "date_de_reception",
    )),
}  # fmt: skip
"""Columns of a file of past deliveries."""
