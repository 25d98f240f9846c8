"""What every figure and sign of the master means, in the Office's words: (what, meaning)."""

from __future__ import annotations

DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Nhiệm vụ được giao",
        "Mọi nhiệm vụ có mã trong danh mục, trừ nhiệm vụ đã hoàn thành trong năm trước. Mỗi nhiệm vụ có đúng "
        "một tình trạng, nên tổng các tình trạng bằng số được giao.",
    ),
    (
        "Hoàn thành",
        "Cơ quan báo cáo «Đã hoàn thành», có ngày hoàn thành, kết quả và văn bản, sản phẩm; chưa bị Văn phòng "
        "trả lại khi thẩm định.",
    ),
    (
        "Hoàn thành đúng hạn",
        "Ngày hoàn thành không sau thời hạn (thời hạn đã gia hạn, nếu có văn bản chấp thuận).",
    ),
    (
        "Hoàn thành trễ hạn",
        "Ngày hoàn thành sau thời hạn; số ngày trễ ghi ở cột «Số ngày quá hạn».",
    ),
    (
        "Hoàn thành (không có thời hạn)",
        "Hoàn thành mà văn bản giao không định thời hạn; không tính vào tỷ lệ đúng hạn.",
    ),
    (
        "Hoàn thành không quá hạn",
        "Hoàn thành đúng hạn cộng hoàn thành không có thời hạn; là số cộng riêng, không dùng để tính tỷ lệ.",
    ),
    (
        "Đang thực hiện, trong hạn; sắp đến hạn; quá hạn",
        "So thời hạn với ngày lập: còn nhiều hơn số ngày quy định; còn trong số ngày quy định; đã qua. Đúng "
        "ngày đến hạn thì chưa quá hạn. Thời hạn không dời theo ngày nghỉ.",
    ),
    (
        "Nhiệm vụ định kỳ",
        "Nhiệm vụ thường xuyên, lặp lại: xét theo từng kỳ, không có quá hạn, không vào mẫu số các tỷ lệ.",
    ),
    (
        "Dừng thực hiện; đã chuyển",
        "Theo văn bản ghi trong danh mục; không vào mẫu số các tỷ lệ.",
    ),
    (
        "Chưa tổng hợp",
        "Nhiệm vụ đang thực hiện chưa cập nhật trong kỳ, hoặc cập nhật chưa đầy đủ. Vẫn có trong mọi số đếm "
        "và danh sách quá hạn; phần kết quả không đưa vào báo cáo, người đứng đầu phải giải trình.",
    ),
    (
        "Tỷ lệ hoàn thành / được giao",
        "Hoàn thành ÷ (được giao − dừng − chuyển − định kỳ).",
    ),
    (
        "Tỷ lệ đúng hạn / đã hoàn thành",
        "Hoàn thành đúng hạn ÷ (hoàn thành đúng hạn + hoàn thành trễ hạn).",
    ),
    (
        "Tỷ lệ hoàn thành / đến hạn",
        "(Hoàn thành đúng hạn + trễ hạn) ÷ (hoàn thành đúng hạn + trễ hạn + quá hạn).",
    ),
    (
        "Tỷ lệ cập nhật / đang thực hiện",
        "Nhiệm vụ đang thực hiện có báo cáo hợp lệ trong kỳ ÷ mọi nhiệm vụ đang thực hiện. Mẫu số bằng 0 thì "
        "không tính tỷ lệ. Tỷ lệ làm tròn đến bốn chữ số thập phân.",
    ),
    (
        "Đánh giá cơ quan",
        "▲ Chậm: có nhiệm vụ quá hạn. ○ Cần theo dõi: có nhiệm vụ sắp đến hạn, chưa cập nhật hoặc chưa tổng "
        "hợp. ● Tốt: còn lại.",
    ),
    (
        "Nộp trễ",
        "Máy chủ thư (hoặc thư mục nhận) nhận tệp vào đúng giờ chốt hoặc sau đó; giờ do người gửi ghi không được dùng.",
    ),
    (
        "Số liệu của một nhiệm vụ",
        "Lấy từ dòng báo cáo hợp lệ mới nhất của cơ quan chủ trì. Dòng có lỗi phải sửa được giữ lại: giá trị "
        "tốt gần nhất vẫn dùng.",
    ),
    (
        "Dấu hiệu",
        "● hoàn thành · ○ trong hạn hoặc không có thời hạn · ■ sắp đến hạn · ▲ quá hạn. Màu luôn đi kèm chữ.",
    ),
    (
        "Sử dụng sổ này",
        "Lập lại tự động ở mỗi lần chạy, không sửa trực tiếp. Ý kiến của Văn phòng ghi vào trang «Thẩm định» "
        "của register.xlsx.",
    ),
)
